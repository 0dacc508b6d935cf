import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

/** Clients that close their connection while they wait: the system tells no more than that they send nothing more. */

const request = 'GET / HTTP/1.1\r\nhost: a.example\r\n\r\n'
const begun = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n5\r\ndata:\r\n'

test.each([
  ['before it is answered', '', 0],
  ['between two events of a stream', begun, 200],
])('a client that goes away %s: its upstream is cut off', async (_, written, status) => {
  await using upstream = await quietUpstream(written)
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [upstream.port])]))
  const client = await ask(proxy)
  await upstream.asked
  if (written !== '') await once(client, 'data')

  client.destroy()

  // A mere end could be that of a client which reads on.
  expect(await upstream.over).toEqual(['ECONNRESET'])
  await expect.poll(() => proxy.ended.length).toBe(1)
  expect(proxy.ended[0]).toMatchObject({ status, flags: 'DC', details: 'downstream_remote_disconnect' })
})

test('one that ends its side and reads on gets what comes soon', async () => {
  await using upstream = await startUpstream(() => ({ status: 200, body: 'x'.repeat(100_000) }))
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [upstream.port])]))
  const client = await ask(proxy)
  let received = 0
  client.on('data', (part: Buffer) => {
    received += part.length
  })

  client.end()
  await once(client, 'close')

  expect(received).toBeGreaterThan(100_000)
})

async function ask(proxy: TestProxy): Promise<Socket> {
  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined)
  await once(client, 'connect')
  client.write(request)
  return client
}

/** Takes a request, writes so much, and says no more. */
async function quietUpstream(written: string) {
  const heard = new EventEmitter()
  const upstream = await startRawUpstream((socket) => {
    socket.on('data', () => {
      socket.write(written)
      heard.emit('asked')
    })
    socket.on('end', () => heard.emit('over', 'end'))
    socket.on('error', ({ code }: NodeJS.ErrnoException) => heard.emit('over', code))
  })
  return Object.assign(upstream, { asked: once(heard, 'asked'), over: once(heard, 'over') })
}
