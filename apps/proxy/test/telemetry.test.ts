import { connect } from 'node:net'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test, vi } from 'vitest'
import type { SocketAddress } from '../src/net/socket-address.ts'
import { startTelemetry } from '../src/telemetry/start-telemetry.ts'
import { startTraffic } from '../src/traffic/start-traffic.ts'
import { allTo, bootstrap, cluster, fault, filter, httpListener, rbac, route, tcpListener } from './harness/mesh.ts'
import { startReceiver } from './harness/start-receiver.ts'
import { configOf } from './harness/start-test-proxy.ts'

const soon = <Value>(ask: () => Value | Promise<Value>) => vi.waitFor(ask, { timeout: 60_000, interval: 20 })

/** The data plane with its telemetry, reporting to an address. */
async function startReporting(config: Record<string, unknown>, address: string, recordShare = 1) {
  const telemetry = startTelemetry({
    reporter: { workload: 'web-v1', namespace: 'shop', service: 'web', version: 'v1' },
    nodeId: 'web-1',
    self: () => ({ id: 'web-1', cluster: 'web.shop', zone: '', node: new Uint8Array() }),
    settings: { address, intervalMs: 100, recordShare, recordHeaders: ['user-agent', 'authorization'] },
  })
  const built = configOf(config)
  const traffic = startTraffic(
    { ...built, listeners: new Map(), clusters: new Map() },
    { nodeCluster: 'web.shop', observer: telemetry.observer },
  )
  await traffic.apply(built)
  await telemetry.follow(traffic)
  const at = traffic.address('in') as Extract<SocketAddress, { kind: 'tcp' }> // it listens on TCP
  return {
    get: async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`http://127.0.0.1:${at.port}${path}`, { headers })
      await response.arrayBuffer()
      return response.status
    },
    port: at.port,
    telemetry,
    traffic,
    async [Symbol.asyncDispose]() {
      await telemetry.close()
      await traffic[Symbol.asyncDispose]()
    },
  }
}

test('every request is counted once, with its code, its flags and the policy that denied it', async () => {
  await using upstream = await startUpstream()
  await using receiver = await startReceiver()
  const denied = {
    action: 'DENY',
    policies: {
      'AuthorizationPolicy/shop/no-admin': {
        permissions: [{ url_path: { path: { prefix: '/admin' } } }],
        principals: [{ any: true }],
      },
    },
  }
  const aborting = {
    abort: { http_status: 503, percentage: { numerator: 100 } },
    headers: [{ name: 'x-fault', present_match: true }],
  }
  await using proxy = await startReporting(
    bootstrap(
      [
        httpListener([route('up')], {
          filters: [
            filter('envoy.filters.http.rbac', rbac(denied)),
            filter('envoy.filters.http.fault', fault(aborting)),
          ],
        }),
      ],
      [cluster('up', [upstream.port])],
    ),
    receiver.address,
  )

  for (let i = 0; i < 30; i++) await proxy.get('/')
  for (let i = 0; i < 5; i++) await proxy.get('/admin')
  for (let i = 0; i < 7; i++) await proxy.get('/', { 'x-fault': '1' })

  await soon(() => expect(receiver.total()).toBe(42))
  expect(receiver.total({ response_code: '200' })).toBe(30)
  expect(receiver.total({ response_code: '403', matched_policy: 'AuthorizationPolicy/shop/no-admin' })).toBe(5)
  expect(receiver.total({ response_code: '503', response_flags: 'FI' })).toBe(7)
  expect(receiver.measured()).toBe(42)
})

test('a request that a fault or a limit acted on names it, where it is counted and where it is recorded', async () => {
  await using upstream = await startUpstream()
  await using receiver = await startReceiver()
  const bucket = { max_tokens: 1, tokens_per_fill: 1, fill_interval: '3600s' }
  const always = { default_value: { numerator: 100 } }
  const limited = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
    stat_prefix: 'limit',
    filter_enabled: always,
    filter_enforced: always,
    descriptors: [{ entries: [{ key: 'limit', value: 'shop/charges/0/0' }], token_bucket: bucket }],
    token_bucket: { ...bucket, max_tokens: 1000 },
  }
  const rate_limits = [
    { actions: [{ generic_key: { descriptor_key: 'limit', descriptor_value: 'shop/charges/0/0' } }] },
  ]
  const faulty = (prefix: string, config: Record<string, unknown>) =>
    route(
      'up',
      {},
      { prefix },
      {
        metadata: { filter_metadata: { 'heddle.fault': { object: `shop${prefix}`, revision: '3' } } },
        typed_per_filter_config: { 'envoy.filters.http.fault': fault(config) },
      },
    )
  const percentage = { numerator: 100 }
  const routes = [
    faulty('/aborts', { abort: { http_status: 403, percentage } }),
    faulty('/delays', { delay: { fixed_delay: '0.001s', percentage } }),
    route('up', { rate_limits }, { prefix: '/limited' }),
    route('up'),
  ]
  const filters = [filter('envoy.filters.http.fault', fault({})), filter('envoy.filters.http.local_ratelimit', limited)]
  await using proxy = await startReporting(
    bootstrap([httpListener(routes, { filters })], [cluster('up', [upstream.port])]),
    receiver.address,
  )

  for (const path of ['/delays', '/aborts', '/limited', '/limited', '/']) await proxy.get(path)

  await soon(() => expect(receiver.records).toHaveLength(5))
  const decided = receiver.records.map((record) => [
    record['url.path'],
    record['http.response.status_code'],
    record.matched_policy,
  ])
  expect(decided).toEqual([
    ['/delays', '200', 'FaultInjection/shop/delays'],
    ['/aborts', '403', 'FaultInjection/shop/aborts'],
    ['/limited', '200', undefined],
    ['/limited', '429', 'RateLimit/shop/charges'],
    ['/', '200', undefined],
  ])
  await soon(() => expect(receiver.total()).toBe(5))
  expect(receiver.total({ matched_policy: 'FaultInjection/shop/delays', response_code: '200' })).toBe(1)
  expect(receiver.total({ matched_policy: 'FaultInjection/shop/aborts', response_code: '403' })).toBe(1)
  expect(receiver.total({ matched_policy: 'RateLimit/shop/charges', response_code: '429' })).toBe(1)
  expect(receiver.total({ matched_policy: '' })).toBe(2)
  // A limit counts what it lets pass too.
  await soon(() => expect(receiver.counted('heddle_policy_requests_total', { kind: 'cluster', name: 'up' })).toBe(3))
  expect(receiver.counted('heddle_policy_requests_total', { kind: 'limit' })).toBe(2)
})

test('routes and rules count the requests that they matched, those that passed too, across configurations', async () => {
  await using upstream = await startUpstream()
  await using receiver = await startReceiver()
  const rules = {
    action: 'ALLOW',
    policies: {
      read: {
        permissions: [{ header: { name: ':method', string_match: { exact: 'GET' } } }],
        principals: [{ any: true }],
      },
    },
  }
  const routes = [
    route('up', {}, { prefix: '/a' }, { name: 'HTTPRoute/shop/a/0/0' }),
    route('up', {}, { prefix: '/' }, { name: 'default' }),
  ]
  const filters = [filter('envoy.filters.http.rbac', rbac(rules))]
  const config = bootstrap([httpListener(routes, { filters })], [cluster('up', [upstream.port])])
  await using proxy = await startReporting(config, receiver.address)

  for (const path of ['/a', '/b', '/a', '/a/x']) await proxy.get(path)
  await proxy.traffic.apply(configOf(config))
  await proxy.get('/a')

  const met = (kind: string, name: string) => receiver.counted('heddle_policy_requests_total', { kind, name })
  await soon(() => expect(met('route', 'HTTPRoute/shop/a/0/0')).toBe(4))
  expect([met('route', 'default'), met('rule', 'read'), met('cluster', 'up')]).toEqual([1, 5, 5])
})

test('a recorded request says what was asked and what decided, and keeps secrets to itself', async () => {
  await using upstream = await startUpstream()
  await using receiver = await startReceiver()
  await using proxy = await startReporting(allTo(upstream.port), receiver.address)

  await proxy.get('/cart?token=geheim&page=2', { 'user-agent': 'probe', authorization: 'Bearer geheim' })

  await soon(() => expect(receiver.records).toHaveLength(1))
  expect(receiver.records[0]).toMatchObject({
    'source.service': 'web',
    'http.request.method': 'GET',
    'url.path': '/cart',
    'url.query': 'token=***&page=2',
    'http.response.status_code': '200',
    'header.user-agent': 'probe',
    cluster: 'up',
  })
  expect(JSON.stringify(receiver.records)).not.toContain('geheim')
})

test('a sampled request is a span of its trace, another one is none', async () => {
  await using upstream = await startUpstream()
  await using receiver = await startReceiver()
  const tracing = { tracing: { random_sampling: { value: 0 } } }
  await using proxy = await startReporting(
    bootstrap([httpListener([route('up')], { hcm: tracing })], [cluster('up', [upstream.port])]),
    receiver.address,
  )
  const traceId = 'ab'.repeat(16)

  await proxy.get('/', { traceparent: `00-${'cd'.repeat(16)}-${'12'.repeat(8)}-00` })
  await proxy.get('/', { traceparent: `00-${traceId}-${'12'.repeat(8)}-01` })

  await soon(() => expect(receiver.spans).toHaveLength(1))
  expect(receiver.spans[0]).toMatchObject({ traceId })
})

test('a receiver that is away costs no request, and gets the counts when it is back soon', async () => {
  await using upstream = await startUpstream()
  const port = await refusingPort()
  await using proxy = await startReporting(allTo(upstream.port), `127.0.0.1:${port}`)

  const statuses = await Promise.all(Array.from({ length: 200 }, () => proxy.get('/')))
  await using receiver = await startReceiver(port)

  expect(new Set(statuses)).toEqual(new Set([200]))
  await vi.waitFor(() => expect(receiver.total()).toBe(200), { timeout: 60_000, interval: 50 })
})

test('an upstream makes no series with statuses of gRPC that there are not', async () => {
  let answers = 0
  await using upstream = await startUpstream(() => ({
    status: 200,
    headers: { 'content-type': 'application/grpc', 'grpc-status': answers++ < 20 ? `1${answers}"x` : '16' },
  }))
  await using receiver = await startReceiver()
  await using proxy = await startReporting(allTo(upstream.port), receiver.address)

  for (let i = 0; i < 21; i++) await proxy.get('/', { 'content-type': 'application/grpc' })

  const statuses = [...proxy.telemetry.requests.all()].map(({ labels }) => labels.grpc_response_status)
  expect(statuses).toEqual(['2', '16'])
})

test('series that no request moves any more are forgotten', async () => {
  await using upstream = await startUpstream()
  await using receiver = await startReceiver()
  await using proxy = await startReporting(allTo(upstream.port), receiver.address)
  await proxy.get('/')

  for (let sweep = 0; sweep < 11; sweep++) proxy.telemetry.requests.sweep()

  expect([...proxy.telemetry.requests.all()]).toEqual([])
})

test('a TCP connection is counted when it opens, its bytes while it lasts, its end when it ends', async () => {
  await using upstream = await startRawUpstream((socket) => socket.pipe(socket))
  await using receiver = await startReceiver()
  await using proxy = await startReporting(
    bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]),
    receiver.address,
  )
  const labels = { reporter: 'source', source_workload: 'web-v1', request_protocol: 'tcp', response_flags: '-' }
  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  socket.resume()

  socket.write('x'.repeat(1000))
  await soon(() => expect(receiver.counted('istio_tcp_sent_bytes_total', labels)).toBe(1000))
  const before = receiver.counted('istio_tcp_connections_closed_total')
  socket.end('y'.repeat(234))

  await soon(() => expect(receiver.counted('istio_tcp_connections_closed_total', labels)).toBe(1))
  expect(before).toBe(0)
  expect(receiver.counted('istio_tcp_connections_opened_total', labels)).toBe(1)
  expect(receiver.counted('istio_tcp_received_bytes_total', labels)).toBe(1234)
  expect(receiver.counted('istio_tcp_sent_bytes_total', labels)).toBe(1234)
  expect(await proxy.telemetry.render(proxy.traffic)).toMatch(/istio_tcp_received_bytes_total\{.*\} 1234\n/)
})

test('a TCP connection without an upstream is counted with its reason', async () => {
  await using receiver = await startReceiver()
  await using proxy = await startReporting(
    bootstrap([tcpListener('up')], [cluster('up', [await refusingPort()])]),
    receiver.address,
  )

  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  socket.on('error', () => undefined)

  await soon(() => expect(receiver.counted('istio_tcp_connections_closed_total', { response_flags: 'UF,URX' })).toBe(1))
  expect(receiver.counted('istio_tcp_connections_opened_total', { response_flags: 'UF,URX' })).toBe(1)
  expect(receiver.counted('istio_tcp_received_bytes_total')).toBe(0)
})
