import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { bootstrap, cluster, tcpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const chunkBytes = 64 * 1024 + 7
const chunks = 400

async function serve(onSocket: (socket: Socket) => void): Promise<{ port: number; close: () => void }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // A proxy that goes takes its connections with it.
    socket.on('error', () => undefined)
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

function chunk(index: number): Buffer {
  return Buffer.alloc(chunkBytes, index.toString(36))
}

async function sendAll(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  for (let index = 0; index < chunks; index++) {
    const bytes = chunk(index)
    hash.update(bytes)
    if (!socket.write(bytes)) await once(socket, 'drain')
  }
  socket.end()
  return hash.digest('hex')
}

async function hashOf(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of socket) hash.update(bytes as Buffer)
  return hash.digest('hex')
}

test('26 MB pass both ways at once, byte for byte, each side ended by the other’s end', async () => {
  const ours: Promise<[string, string]>[] = []
  const upstream = await serve((socket) => ours.push(Promise.all([hashOf(socket), sendAll(socket)])))
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))

  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  const [received, sent] = await Promise.all([hashOf(client), sendAll(client)])
  const [atUpstream, ofUpstream] = (await ours[0]) ?? ['', '']
  upstream.close()

  expect(atUpstream).toBe(sent)
  expect(received).toBe(ofUpstream)
})

test('a reader that stalls holds the sender back: little waits in the proxy, and nothing is lost', async () => {
  let taken = 0
  const upstream = await serve((socket) => {
    const fill = () => {
      while (taken < chunks && socket.write(chunk(taken++)));
      if (taken === chunks) socket.end()
      else socket.once('drain', fill)
    }
    fill()
  })
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))
  const client = connect({ port: proxy.port, host: '127.0.0.1' })
  client.pause()
  await once(client, 'connect')

  // The system's buffers and ours are full when the upstream's stream takes no more.
  let before = -1
  let still = 0
  await eventually(() => {
    still = before === taken ? still + 1 : 0
    before = taken
    return still > 10
  })
  const waiting = taken * chunkBytes
  const hash = createHash('sha256')
  for (let index = 0; index < chunks; index++) hash.update(chunk(index))

  expect(await hashOf(client)).toBe(hash.digest('hex'))
  expect(waiting).toBeLessThan(chunks * chunkBytes)
  upstream.close()
})

test('what a client sends before its upstream is connected comes first', async () => {
  const upstream = await serve((socket) => socket.pipe(socket))
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))

  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  client.write('one ')
  client.write('two ')
  await once(client, 'connect')
  client.end('three')
  let answer = ''
  for await (const bytes of client) answer += String(bytes)
  upstream.close()

  expect(answer).toBe('one two three')
})
