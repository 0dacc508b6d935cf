import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/** A request as an upstream behind the proxy has read it. */
export type RecordedRequest = {
  readonly start: string
  /** The values of the mark: one, when the proxy has sent it. */
  readonly marks: readonly string[]
  isWhole: boolean
}

/** A server with Node's own parser, llhttp, as strict as it is by itself, which keeps what it reads out of what comes. */
export type RecordingServer = AsyncDisposable & {
  readonly port: number
  readonly requests: RecordedRequest[]
  /** What it could not read. */
  readonly refusals: string[]
}

/** `mark` is a field that nobody but the proxy can set right. */
export async function startRecordingServer(host: string, mark: string): Promise<RecordingServer> {
  const requests: RecordedRequest[] = []
  const refusals: string[] = []
  const server: Server = createServer({ maxHeaderSize: 256 * 1024, requireHostHeader: true }, (request, response) => {
    const { method, url, headersDistinct } = request
    const recorded: RecordedRequest = { start: `${method} ${url}`, marks: headersDistinct[mark] ?? [], isWhole: false }
    requests.push(recorded)
    request.on('error', () => undefined) // cut by the proxy, because the client's message broke off
    request.on('end', () => {
      recorded.isWhole = true
      response.end('ok')
    })
    request.resume()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith('HPE_') && error.code !== 'HPE_INVALID_EOF_STATE') refusals.push(error.code)
    socket.destroy()
  })
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    requests,
    refusals,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
