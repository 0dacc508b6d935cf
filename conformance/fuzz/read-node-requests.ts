import { createServer, type IncomingMessage } from 'node:http'
import { Duplex } from 'node:stream'
import type { ReadMessage } from './read-message.ts'

/** Node's own parser, llhttp, as strict as it is by itself. */
const server = createServer({ maxHeaderSize: 256 * 1024, requireHostHeader: true }, (request, response) => {
  collect(request, messagesOf.get(request.socket as unknown as Duplex))
  request.on('end', () => response.end())
})
server.on('checkContinue', (request, response) => server.emit('request', request, response))
// What came before the error is still told.
server.on('clientError', () => undefined)
server.headersTimeout = 0
server.requestTimeout = 0

const messagesOf = new WeakMap<Duplex, ReadMessage[]>()

function collect(request: IncomingMessage, into: ReadMessage[] | undefined): void {
  const { method, url, httpVersionMinor, rawHeaders } = request
  const fields: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    fields.push(`${rawHeaders[index]?.toLowerCase()}: ${rawHeaders[index + 1]}`)
  }
  const message: ReadMessage = { start: `${method} ${url} 1.${httpVersionMinor}`, fields, body: '', isWhole: false }
  into?.push(message)
  request.on('data', (part: Buffer) => {
    message.body += part.toString('latin1')
  })
  request.on('end', () => {
    message.isWhole = true
  })
}

/** The requests that llhttp takes out of these bytes. */
export async function readNodeRequests(bytes: Buffer): Promise<readonly ReadMessage[]> {
  const messages: ReadMessage[] = []
  const socket = new Duplex({ read: () => undefined, write: (_part, _encoding, done) => done() })
  socket.on('error', () => undefined)
  messagesOf.set(socket, messages)
  server.emit('connection', socket)
  socket.push(bytes)
  // Each answered request lets the next one begin; a few turns let all of them through.
  for (let turn = 0; turn < 40 && !socket.destroyed; turn++) await new Promise(setImmediate)
  socket.destroy()
  return messages
}
