import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const mesh = (port: number) => bootstrap([httpListener([route('up')])], [cluster('up', [port])])

test('a proxy that runs out of memory refuses new requests with 503 OM and says when to come back', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startTestProxy(mesh(upstream.port), { limits: { heapTight: 0, heapFull: 0 } })

  await eventually(() => proxy.traffic.load.overload === 'full')
  const { status, headers } = await proxy.get('/')

  expect([status, headers.get('retry-after'), upstream.seen.length]).toEqual([503, '1', 0])
  expect(proxy.ended[0]).toMatchObject({ flags: 'OM', details: 'overload' })
})

test('a proxy that comes near it keeps no connection, and answers every request', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startTestProxy(mesh(upstream.port), { limits: { heapTight: 0, heapFull: 2 } })
  await eventually(() => proxy.traffic.load.overload === 'tight')
  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  let text = ''
  let isClosed = false
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  socket.on('close', () => {
    isClosed = true
  })
  const ask = setInterval(() => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 20)

  await eventually(() => isClosed)
  clearInterval(ask)

  expect(text).toContain('connection: close')
  expect(proxy.ended.every(({ status }) => status === 200)).toBe(true)
})
