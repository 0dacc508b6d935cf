import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

/** What goes to "up" goes to "shadow" too. */
function mirroring(port: number, shadowPort: number, more: Record<string, unknown> = {}) {
  const mirror = { request_mirror_policies: [{ cluster: 'shadow', ...more }] }
  return bootstrap([httpListener([route('up', mirror)])], [cluster('up', [port]), cluster('shadow', [shadowPort])])
}

test('a mirror gets a copy with a shadow host, and its failure is nobody’s', async () => {
  await using upstream = await startUpstream()
  await using shadow = await startUpstream(() => ({ status: 500 }))
  await using proxy = await startTestProxy(mirroring(upstream.port, shadow.port))

  const { status } = await proxy.get('/a')
  await eventually(() => shadow.seen.length === 1)
  const { copiesAnswered } = proxy.traffic.clusters().get('shadow')?.totals ?? {}
  await eventually(() => copiesAnswered?.get(500) === 1)

  expect(status).toBe(200)
  expect(shadow.seen[0]).toMatchObject({ url: '/a', headers: { host: `127.0.0.1-shadow:${proxy.port}` } })
})

test('a mirror gets the body too, whole and with its length', async () => {
  await using upstream = await startUpstream()
  await using shadow = await startUpstream()
  const mirror = { disable_shadow_host_suffix_append: true }
  await using proxy = await startTestProxy(mirroring(upstream.port, shadow.port, mirror))
  const body = 'x'.repeat(60_000)

  const response = await fetch(`http://127.0.0.1:${proxy.port}/a?b=c`, { method: 'POST', body })
  await eventually(() => shadow.seen.length === 1)

  expect(response.status).toBe(200)
  expect(upstream.seen[0]?.body).toBe(body)
  expect(shadow.seen[0]).toMatchObject({
    method: 'POST',
    url: '/a?b=c',
    body,
    headers: { host: `127.0.0.1:${proxy.port}`, 'content-length': '60000' },
  })
})

test('a body of megabytes is mirrored as it comes', async () => {
  await using upstream = await startUpstream()
  await using shadow = await startUpstream()
  await using proxy = await startTestProxy(mirroring(upstream.port, shadow.port))
  const body = 'x'.repeat(3_000_000)

  const { status } = await fetch(`http://127.0.0.1:${proxy.port}/big`, { method: 'POST', body })
  await eventually(() => shadow.seen.length === 1)

  expect([status, upstream.seen[0]?.body === body, shadow.seen[0]?.body === body]).toEqual([200, true, true])
})

test('a mirror that never answers delays nobody', async () => {
  await using upstream = await startUpstream()
  await using silent = await startRawUpstream(() => undefined)
  await using proxy = await startTestProxy(mirroring(upstream.port, silent.port))
  const before = performance.now()

  for (let request = 0; request < 20; request++) {
    await (await fetch(`http://127.0.0.1:${proxy.port}/`, { method: 'POST', body: 'hello' })).text()
  }

  expect(performance.now() - before).toBeLessThan(2000)
  expect(upstream.seen).toHaveLength(20)
  await eventually(() => silent.connections() === 20)
})

test('a share of the requests is mirrored', async () => {
  await using upstream = await startUpstream()
  await using shadow = await startUpstream()
  const share = { default_value: { numerator: 30, denominator: 'HUNDRED' } }
  const mirror = { runtime_fraction: share }
  await using proxy = await startTestProxy(mirroring(upstream.port, shadow.port, mirror))

  for (let request = 0; request < 300; request++) await proxy.get('/')
  const count = shadow.seen.length

  expect(upstream.seen).toHaveLength(300)
  expect(count).toBeGreaterThan(50)
  expect(count).toBeLessThan(130)
})

test('a request that breaks off half way does so at the mirror too', async () => {
  await using upstream = await startUpstream()
  await using shadow = await startUpstream()
  await using proxy = await startTestProxy(mirroring(upstream.port, shadow.port))
  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  socket.write('POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
  await eventually(() => proxy.traffic.load.inFlight === 1)

  socket.destroy()
  await eventually(() => proxy.ended.length === 1)
  await proxy.get('/whole')
  await eventually(() => shadow.seen.length === 1)

  expect(shadow.seen[0]?.url).toBe('/whole')
})
