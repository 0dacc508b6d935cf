import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, fault, filter, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const all = { numerator: 100 }
const name = 'envoy.filters.http.fault'

/** A proxy whose route "/" has this fault. */
async function startFaulty(config: Record<string, unknown>, body = 'ok', metadata?: Record<string, unknown>) {
  const upstream = await startUpstream(() => ({ body }))
  const faulty = route(
    'up',
    {},
    { prefix: '/' },
    {
      typed_per_filter_config: { [name]: config },
      ...(metadata === undefined ? {} : { metadata: { filter_metadata: { 'heddle.fault': metadata } } }),
    },
  )
  const proxy = await startTestProxy(
    bootstrap([httpListener([faulty], { filters: [filter(name, fault({}))] })], [cluster('up', [upstream.port])]),
  )
  return {
    proxy,
    upstream,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

test('a request says by its headers how it is delayed and aborted', async () => {
  await using mesh = await startFaulty(
    fault({ delay: { header_delay: {}, percentage: all }, abort: { header_abort: {}, percentage: all } }),
  )
  const started = performance.now()

  const plain = await mesh.proxy.get('/')
  const hit = await mesh.proxy.get('/', { 'x-envoy-fault-delay-request': '120', 'x-envoy-fault-abort-request': '418' })

  expect(plain.status).toBe(200)
  expect(hit).toMatchObject({ status: 418, body: 'fault filter abort' })
  expect(performance.now() - started).toBeGreaterThanOrEqual(120)
  expect(mesh.proxy.ended.at(-1)).toMatchObject({ flags: 'DI,FI', details: 'fault_filter_abort' })
  expect(mesh.upstream.seen).toHaveLength(1)
})

test('a gRPC abort reaches a gRPC caller as its status, in plain words', async () => {
  await using mesh = await startFaulty(fault({ abort: { grpc_status: 7, percentage: all } }))

  const grpc = await mesh.proxy.get('/', { 'content-type': 'application/grpc' })
  const plain = await mesh.proxy.get('/')

  expect(grpc.status).toBe(200)
  expect(grpc.headers.get('grpc-status')).toBe('7')
  expect(grpc.headers.get('grpc-message')).toBe('fault filter abort')
  expect(plain).toMatchObject({ status: 200, body: 'fault filter abort' })
})

test('an answer goes out at the bandwidth of the fault, whole, and is counted when its last byte is out', async () => {
  const body = 'x'.repeat(30_000)
  await using mesh = await startFaulty(
    fault({ response_rate_limit: { fixed_limit: { limit_kbps: 50 }, percentage: all } }),
    body,
  )
  const started = performance.now()

  const answer = await mesh.proxy.get('/')

  const tookMs = performance.now() - started
  expect(answer.body).toBe(body)
  // 29 KiB at 50 KiB/s, the first slice of 50 ms at once.
  expect(tookMs).toBeGreaterThan(450)
  expect(tookMs).toBeLessThan(4000)
  expect(mesh.proxy.ended).toHaveLength(1)
})

test('a client that leaves a slow answer frees its place among the active faults', async () => {
  await using mesh = await startFaulty(
    fault({
      response_rate_limit: { fixed_limit: { limit_kbps: 1 }, percentage: all },
      max_active_faults: 1,
    }),
    'x'.repeat(100_000),
  )
  const socket = connect(mesh.proxy.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: shop\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))

  const beyond = await mesh.proxy.get('/')
  const active = mesh.proxy.traffic.load.faultsActive
  const counted = [...mesh.proxy.traffic.counts.faults.values()]
  socket.destroy()

  expect(beyond.body).toHaveLength(100_000)
  expect(active).toBe(1)
  expect(counted).toEqual([{ aborts: 0, delays: 0, slowed: 1, overflows: 1 }])
  await eventually(() => mesh.proxy.traffic.load.faultsActive === 0)
})

test('a reset cuts the connection without an answer', async () => {
  const reset = {
    '@type': 'type.googleapis.com/xds.type.v3.TypedStruct',
    type_url: 'type.googleapis.com/heddle.filters.http.fault.v1.Fault',
    value: { reset: { percentage: all } },
  }
  await using mesh = await startFaulty(reset)

  const answer = await rawExchange(mesh.proxy.port, 'GET / HTTP/1.1\r\nHost: shop\r\n\r\n')

  expect(answer).toMatchObject({ status: 0, closed: true })
  expect(mesh.proxy.ended).toMatchObject([{ status: 0, flags: 'FI', details: 'fault_filter_reset' }])
  expect(mesh.upstream.seen).toHaveLength(0)
  expect(mesh.proxy.traffic.load).toMatchObject({ inFlight: 0, faultsActive: 0 })
})

test('a fault past its end does nothing, whatever is configured', async () => {
  const expires_at = new Date(Date.now() + 300).toISOString()
  await using mesh = await startFaulty(fault({ abort: { http_status: 503, percentage: all } }), 'ok', { expires_at })

  const before = await mesh.proxy.get('/')

  expect(before.status).toBe(503)
  await eventually(async () => (await mesh.proxy.get('/')).status === 200)
})

test('a fault for certain callers leaves the others alone', async () => {
  await using mesh = await startFaulty(
    fault({ abort: { http_status: 503, percentage: all }, downstream_nodes: ['sidecar-1'] }),
  )

  const other = await mesh.proxy.get('/')
  const named = await mesh.proxy.get('/', { 'x-envoy-downstream-service-node': 'sidecar-1' })

  expect([other.status, named.status]).toEqual([200, 503])
})

test('an upstream connection that a slow client held back serves the next request', async () => {
  await using mesh = await startFaulty(
    fault({ response_rate_limit: { header_limit: {}, percentage: all } }),
    'x'.repeat(100_000),
  )
  const socket = connect(mesh.proxy.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: shop\r\nx-envoy-fault-throughput-response: 1\r\n\r\n')
  await new Promise((resolve) => socket.once('data', resolve))

  const next = await mesh.proxy.get('/')
  socket.destroy()

  expect(next.body).toHaveLength(100_000)
})
