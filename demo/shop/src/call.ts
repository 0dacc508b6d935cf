import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** Headers that a service must pass on for a trace to hold together. The sidecars do the rest. */
const traceHeaders = ['traceparent', 'tracestate', 'x-request-id', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'b3']

export type Answer = { readonly status: number; readonly body: unknown }

/** Calls another service by name through the outbound proxy. */
export type Call = (
  service: string,
  path: string,
  options?: { readonly method?: 'GET' | 'POST'; readonly body?: unknown },
) => Promise<Answer>

/** Makes the caller for one incoming request, so that its trace headers go along. */
export function callerFor(outbound: Outbound, incoming: IncomingHttpHeaders): Call {
  const passedOn: Record<string, string> = {}
  for (const name of traceHeaders) {
    const value = incoming[name]
    if (typeof value === 'string') passedOn[name] = value
  }
  return (service, path, { method = 'GET', body } = {}) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers: Record<string, string> = { ...passedOn, host: service, accept: 'application/json' }
    if (text !== undefined) {
      headers['content-type'] = 'application/json'
      headers['content-length'] = String(Buffer.byteLength(text))
    }
    return send(outbound, { method, path, headers, text })
  }
}

export type Outbound = { readonly host: string; readonly port: number; readonly agent: Agent }

/** `address` is "host:port" of the sidecar's outbound listener. */
export function outboundVia(address: string): Outbound {
  const colon = address.lastIndexOf(':')
  return {
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    agent: new Agent({ keepAlive: true, maxSockets: 64 }),
  }
}

function send(
  { host, port, agent }: Outbound,
  {
    method,
    path,
    headers,
    text,
  }: { method: string; path: string; headers: Record<string, string>; text: string | undefined },
): Promise<Answer> {
  return new Promise((resolve) => {
    const outgoing = request({ host, port, agent, method, path, headers, timeout: 20_000 }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      // A body that ends early is an error of the callee, as a status of 502 would be.
      response.on('error', () => resolve({ status: 502, body: undefined }))
      response.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8')
        resolve({ status: response.statusCode ?? 502, body: parse(raw) })
      })
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')))
    outgoing.on('error', () => resolve({ status: 502, body: undefined }))
    outgoing.end(text)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
