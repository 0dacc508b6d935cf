import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'

export type Http2Upstream = AsyncDisposable & {
  readonly port: number
  readonly sessions: ServerHttp2Session[]
  readonly seen: IncomingHttpHeaders[]
}

/** Node's own HTTP/2 server on a free loopback port; `serve` gets each stream with its body read. */
export async function startHttp2Upstream(
  serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer) => void,
  options: { readonly maxConcurrentStreams?: number } = {},
): Promise<Http2Upstream> {
  const sessions: ServerHttp2Session[] = []
  const seen: IncomingHttpHeaders[] = []
  const server = createServer({ settings: options })
  server.on('session', (session) => sessions.push(session))
  server.on('stream', (stream, headers) => {
    seen.push(headers)
    const parts: Buffer[] = []
    stream.on('error', () => undefined)
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => serve(stream, headers, Buffer.concat(parts)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    sessions,
    seen,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
