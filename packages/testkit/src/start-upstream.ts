import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'

export type SeenRequest = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type UpstreamAnswer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Upstream = AsyncDisposable & { readonly port: number; readonly seen: SeenRequest[] }

/** A real HTTP server on a free port, of loopback by itself, that answers as told and keeps what it was asked. */
export async function startUpstream(
  answer: (request: SeenRequest) => UpstreamAnswer | Promise<UpstreamAnswer> = () => ({}),
  host = '127.0.0.1',
): Promise<Upstream> {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', async () => {
      const { method = '', url = '', headers } = request
      const asked = { method, url, headers, body: Buffer.concat(parts).toString('utf8') }
      seen.push(asked)
      const { status = 200, headers: extra = {}, body = 'ok' } = await answer(asked)
      response.writeHead(status, extra)
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    port: portOf(server.address()),
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** A real TCP server that hands each connection to `serve`: for upstreams that misbehave. */
export async function startRawUpstream(
  serve: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<AsyncDisposable & { readonly port: number; readonly connections: () => number }> {
  const sockets = new Set<Socket>()
  let accepted = 0
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    accepted++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    port: portOf(server.address()),
    connections: () => accepted,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function portOf(address: ReturnType<ReturnType<typeof createTcpServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}
