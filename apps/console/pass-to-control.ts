import { clientHeader } from './client-header.ts'
import { controlUrl } from './control-url.ts'

/** Headers that belong to one connection (RFC 9110, 7.6.1), and what `fetch` writes or has undone itself. */
const ownHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** As much as the control plane takes. */
const bodyBytesMax = 1024 * 1024

/**
 * Asks the control plane what the browser asked, and gives its answer on, so that the browser knows one origin only.
 *
 * It is not a rewrite of Next.js, because that one tells the browser the address behind it in `x-middleware-rewrite`.
 */
export async function passToControl(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const body = await readBody(request)
  if (body === 'too-large') return refusal(413, 'too_large', 'the body is larger than 1 MiB')
  try {
    const answer = await fetch(new URL(pathname + search, controlUrl()), {
      method: request.method,
      headers: asConsole(request.headers),
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      cache: 'no-store',
      signal: request.signal,
    })
    return new Response(answer.body, { status: answer.status, headers: withoutOwn(answer.headers) })
  } catch {
    // Why exactly would name an address of ours, which must not reach a browser.
    return refusal(502, 'control_unreachable', 'the control plane does not answer')
  }
}

/** With the key by which the control plane knows us, it believes whom we speak for; nobody else's key goes through here. */
function asConsole(asked: Headers): Headers {
  const headers = withoutOwn(asked)
  const key = process.env.HEDDLE_CONSOLE_KEY ?? ''
  headers.delete(keyHeader)
  if (key === '') headers.delete(clientHeader)
  else headers.set(keyHeader, key)
  return headers
}

const keyHeader = 'x-heddle-console-key'

function withoutOwn(headers: Headers): Headers {
  const kept = new Headers()
  for (const [name, value] of headers) if (!ownHeaders.has(name)) kept.append(name, value)
  return kept
}

/** Whole, because bodies are small and a half-sent request would be one more thing that can break. */
async function readBody(request: Request): Promise<Blob | undefined | 'too-large'> {
  if (request.body === null) return undefined
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const part of request.body) {
    bytes += part.byteLength
    if (bytes > bodyBytesMax) return 'too-large'
    parts.push(part)
  }
  return bytes === 0 ? undefined : new Blob(parts)
}

function refusal(status: number, code: string, detail: string): Response {
  return Response.json(
    {
      type: `https://heddle.dev/problems/${code}`,
      title: status === 413 ? 'Payload Too Large' : 'Bad Gateway',
      status,
      code,
      detail,
    },
    { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
  )
}
