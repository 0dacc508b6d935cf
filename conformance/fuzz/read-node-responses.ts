import { request } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { ReadMessage } from './read-message.ts'

/** The answer that llhttp takes out of these bytes, which then end. */
export async function readNodeResponses(bytes: Buffer, method: string): Promise<readonly ReadMessage[]> {
  const messages: ReadMessage[] = []
  const socket = new Duplex({ read: () => undefined, write: (_part, _encoding, done) => done() })
  socket.on('error', () => undefined)
  const client = request({
    method,
    host: 'test',
    maxHeaderSize: 256 * 1024,
    createConnection: () => socket as unknown as Socket, // the client needs no more of a socket
  })
  let isOver = false
  let finish = () => {}
  client.on('error', () => {
    isOver = true
  })
  client.on('close', () => {
    isOver = true
  })
  client.on('response', (response) => {
    const fields: string[] = []
    for (let index = 0; index < response.rawHeaders.length; index += 2) {
      fields.push(`${response.rawHeaders[index]?.toLowerCase()}: ${response.rawHeaders[index + 1]}`)
    }
    const message: ReadMessage = { start: String(response.statusCode), fields, body: '', isWhole: false }
    messages.push(message)
    response.on('error', () => undefined)
    response.on('data', (part: Buffer) => {
      message.body += part.toString('latin1')
    })
    finish = () => {
      message.isWhole = response.complete
    }
  })
  client.end()
  await new Promise(setImmediate)
  socket.push(bytes)
  socket.push(null)
  for (let turn = 0; turn < 20 && !isOver; turn++) await new Promise(setImmediate)
  await new Promise(setImmediate)
  // Behind a whole answer there may be bytes that are none; the answer is whole all the same.
  finish()
  client.destroy()
  socket.destroy()
  return messages
}
