import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import { TLSSocket } from 'node:tls'
import type { Bytes } from './bytes-of.ts'
import { bytesOf } from './bytes-of.ts'
import type { OpenedClient } from './open-client.ts'
import type { SeenFields, SeenResponse } from './outcome.ts'

export type H2Request = {
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body?: Bytes | undefined
  readonly trailers?: Readonly<Record<string, string>> | undefined
}

/** The requests of one step, all of them at once on one connection of HTTP/2; their answers in the order of the requests. */
export async function h2Requests(
  { socket, fate }: OpenedClient,
  requests: readonly H2Request[],
  withinMs: number,
): Promise<SeenResponse[]> {
  if (fate !== 'open') return requests.map(() => 'closed')
  const scheme = socket instanceof TLSSocket ? 'https' : 'http'
  const session = connect(`${scheme}://test`, { createConnection: () => socket })
  session.on('error', () => undefined)
  try {
    return await Promise.all(requests.map((request) => ask(session, scheme, request, withinMs)))
  } finally {
    session.destroy()
  }
}

function ask(
  session: ClientHttp2Session,
  scheme: string,
  { headers, body, trailers }: H2Request,
  withinMs: number,
): Promise<SeenResponse> {
  return new Promise((resolve) => {
    const startedMs = performance.now()
    const hasBody = body !== undefined || trailers !== undefined
    const stream = session.request(
      { ':method': 'GET', ':path': '/', ':scheme': scheme, ':authority': 'test', ...headers },
      { endStream: !hasBody, waitForTrailers: trailers !== undefined },
    )
    let head: IncomingHttpHeaders & { ':status'?: number | undefined } = {}
    let fields: SeenFields = []
    let last: SeenFields = []
    let text = ''
    let isWhole = false
    const interims: number[] = []
    const timer = setTimeout(() => stream.close(8), withinMs)
    stream.on('headers', (interim: { ':status'?: number }) => interims.push(Number(interim[':status'])))
    // As they came: of many names Node keeps the first line alone.
    stream.on('response', (came, _flags, raw) => {
      head = came
      fields = fieldsOf(raw)
    })
    stream.on('trailers', (_came, _flags, raw) => {
      last = fieldsOf(raw)
    })
    stream.on('data', (part: Buffer) => {
      text += part.toString('latin1')
    })
    stream.on('end', () => {
      isWhole = stream.rstCode === 0
    })
    stream.on('error', () => undefined)
    stream.on('wantTrailers', () => stream.sendTrailers({ ...trailers }))
    stream.on('close', () => {
      clearTimeout(timer)
      const status = Number(head[':status'] ?? 0)
      if (status === 0) resolve(performance.now() - startedMs >= withinMs ? 'timeout' : 'closed')
      else {
        resolve({
          status,
          reason: '',
          headers: fields,
          body: text,
          trailers: last,
          interims,
          complete: isWhole && stream.rstCode === 0,
          ms: performance.now() - startedMs,
        })
      }
    })
    if (hasBody) stream.end(Buffer.from(bytesOf(body ?? ''), 'latin1'))
  })
}

/** Names and values in turn, without pseudo fields. Node's types know of no third argument that is a list. */
function fieldsOf(given: unknown): SeenFields {
  const raw = given as readonly string[]
  return raw.flatMap((name, index) => (index % 2 === 0 && !name.startsWith(':') ? [[name, raw[index + 1] ?? '']] : []))
}
