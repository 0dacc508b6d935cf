import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { shrinkHeap } from '../src/overload/shrink-heap.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const mib = 1024 * 1024
const again = {
  retry_policy: { retry_on: '5xx', num_retries: 1, retry_back_off: { base_interval: '0.001s' } },
  timeout: '60s',
}
const failed = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'
const done = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

test('many uploads that wait for their answers keep no more than the process may, and a late one is tried again', async () => {
  let received = 0
  let late = 0
  await using upstream = await startRawUpstream((socket) =>
    socket.on('data', (bytes) => {
      received += bytes.length
      if (bytes.includes('/late')) socket.write(++late === 1 ? failed : done)
    }),
  )
  const breaker = { circuit_breakers: { thresholds: [{ max_connections: 500, max_requests: 500 }] } }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', again)])], [cluster('up', [upstream.port], breaker)]),
    { limits: { keptBodyBytesMax: 4 * mib } },
  )
  const { keptBodies } = proxy.traffic
  const body = Buffer.alloc(100_000, 'x')

  const sockets = Array.from({ length: 200 }, () => upload(proxy.port, body))
  await eventually(() => received > sockets.length * body.length)
  const kept = keptBodies.bytes
  const answer = await rawExchange(proxy.port, 'POST /late HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc', {
    until: (text) => text.includes('\r\n\r\n'),
  })
  for (const socket of sockets) socket.destroy()
  await eventually(() => keptBodies.bytes === 0)

  expect(kept).toBeGreaterThan(mib)
  expect(kept).toBeLessThanOrEqual(4 * mib)
  expect([answer.text.slice(9, 12), late]).toEqual(['200', 2])
  expect(proxy.traffic.clusters().get('up')?.totals.bodiesGivenUp).toBeGreaterThan(100)
})

test('what is sent again goes as fast as its upstream reads, and arrives whole', async () => {
  const body = randomBytes(16 * mib)
  const found = createHash('sha256')
  const slow: Socket[] = []
  let tries = 0
  await using upstream = await startRawUpstream((socket) => {
    const isFirst = ++tries === 1
    let length = 0
    let isHead = true
    socket.on('data', (bytes) => {
      const payload = isHead ? bytes.subarray(bytes.indexOf('\r\n\r\n') + 4) : bytes
      isHead = false
      length += payload.length
      if (!isFirst) found.update(payload)
      if (length === body.length) socket.write(isFirst ? failed : done)
    })
    if (!isFirst) slow.push(socket.pause())
  })
  const wide = route('up', again, { prefix: '/' }, { per_request_buffer_limit_bytes: body.length })
  await using proxy = await startTestProxy(bootstrap([httpListener([wide])], [cluster('up', [upstream.port])]))
  shrinkHeap()
  const before = process.memoryUsage().arrayBuffers

  const socket = upload(proxy.port, body)
  // The second one has got something, and with that all that its connection takes.
  const { all } = proxy.traffic.clusters().get('up')?.counts ?? {}
  await eventually(() => slow.length === 1 && (all?.sent ?? 0) > body.length + mib)
  shrinkHeap()
  const grown = process.memoryUsage().arrayBuffers - before
  slow[0]?.resume()
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()

  // Once as it is kept, and not again as what waits for the socket.
  expect(grown).toBeLessThan(body.length + 8 * mib)
  expect(answer.toString('latin1').slice(9, 12)).toBe('200')
  expect(found.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
})

test('a mirror that never reads is given up, and the upload comes through', async () => {
  let length = 0
  await using upstream = await startRawUpstream((socket) =>
    socket.on('data', (bytes) => {
      length += bytes.length
      if (length > uploaded.length) socket.write(done)
    }),
  )
  await using silent = await startRawUpstream((socket) => void socket.pause())
  const uploaded = Buffer.alloc(64 * mib, 'x')
  const mirrored = route('up', { request_mirror_policies: [{ cluster: 'shadow' }], timeout: '60s' })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([mirrored])], [cluster('up', [upstream.port]), cluster('shadow', [silent.port])]),
  )
  const { keptBodies } = proxy.traffic
  let keptMost = 0

  const socket = upload(proxy.port, uploaded)
  const watch = setInterval(() => {
    keptMost = Math.max(keptMost, keptBodies.bytes)
  }, 1)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  clearInterval(watch)
  socket.destroy()

  expect(answer.toString('latin1').slice(9, 12)).toBe('200')
  const shadow = proxy.traffic.clusters().get('shadow')
  expect([shadow?.totals.mirrorsDropped, shadow?.counts.all.active]).toEqual([1, 0])
  expect(keptMost).toBeLessThan(1.2 * mib)
  expect(keptBodies.bytes).toBe(0)
})

/** Sends it whole, and reads nothing by itself. */
function upload(port: number, body: Buffer): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`)
  socket.write(body)
  return socket
}
