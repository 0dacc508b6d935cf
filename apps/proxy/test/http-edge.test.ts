import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream, startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { configOf, startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => {
  await upstream[Symbol.asyncDispose]()
})

function withHcm(hcm: Record<string, unknown>, routes = [route('up')]): Promise<TestProxy> {
  return startTestProxy(bootstrap([httpListener(routes, { hcm })], [cluster('up', [upstream.port])]))
}

const chain = '203.0.113.9, 198.51.100.7'

test('inside the mesh what proxies say of the way here is kept, and what a client may not say is gone', async () => {
  await using proxy = await withHcm({})

  await proxy.get('/', {
    'x-forwarded-for': chain,
    'x-forwarded-proto': 'https',
    'x-request-id': 'given',
    'x-envoy-downstream-service-cluster': 'web',
    'x-envoy-internal': 'true',
    'x-envoy-retry-on': '5xx',
    'x-envoy-upstream-rq-timeout-ms': '1',
  })

  const headers = upstream.seen.at(-1)?.headers ?? {}
  expect(headers).toMatchObject({
    'x-forwarded-for': chain,
    'x-forwarded-proto': 'https',
    'x-request-id': 'given',
    'x-envoy-downstream-service-cluster': 'web',
  })
  for (const name of ['x-envoy-internal', 'x-envoy-retry-on', 'x-envoy-upstream-rq-timeout-ms']) {
    expect(headers).not.toHaveProperty(name)
  }
})

test('at the edge the client is added to the way, its own claims are gone, and its request gets a new id', async () => {
  await using proxy = await withHcm({ use_remote_address: true, always_set_request_id_in_response: true })

  const answer = await proxy.get('/', {
    'x-forwarded-for': chain,
    'x-forwarded-proto': 'https',
    'x-request-id': 'given',
    'x-envoy-downstream-service-cluster': 'web',
  })

  const headers = upstream.seen.at(-1)?.headers ?? {}
  expect(headers).toMatchObject({
    'x-forwarded-for': `${chain},127.0.0.1`,
    'x-forwarded-proto': 'http',
    'x-envoy-external-address': '127.0.0.1',
  })
  expect(headers).not.toHaveProperty('x-envoy-downstream-service-cluster')
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(answer.headers.get('x-request-id')).toBe(headers['x-request-id'])
})

test('behind one trusted proxy the client is whom that proxy names', async () => {
  await using proxy = await withHcm({
    use_remote_address: true,
    xff_num_trusted_hops: 1,
    preserve_external_request_id: true,
  })

  await proxy.get('/', { 'x-forwarded-for': chain, 'x-forwarded-proto': 'https', 'x-request-id': 'given' })

  expect(upstream.seen.at(-1)?.headers).toMatchObject({
    'x-envoy-external-address': '198.51.100.7',
    'x-forwarded-proto': 'https',
    'x-request-id': 'given',
  })
})

test('a chain can name itself to both sides', async () => {
  await using proxy = await withHcm({ via: 'heddle', append_x_forwarded_port: true, server_name: 'shop' })

  const answer = await proxy.get('/', { via: '1.1 cdn' })

  expect(upstream.seen.at(-1)?.headers).toMatchObject({
    via: '1.1 cdn, heddle',
    'x-forwarded-port': String(proxy.port),
  })
  expect([answer.headers.get('via'), answer.headers.get('server')]).toEqual(['heddle', 'shop'])
})

test.each([
  ['strip_any_host_port', { strip_any_host_port: true }, 'shop:8080', 'shop'],
  ['strip_matching_host_port on another port', { strip_matching_host_port: true }, 'shop:1', 'shop:1'],
  ['strip_trailing_host_dot', { strip_trailing_host_dot: true }, 'shop.:8080', 'shop:8080'],
])('%s', async (_what, hcm, host, expected) => {
  await using proxy = await withHcm(hcm)

  await rawExchange(proxy.port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)

  expect(upstream.seen.at(-1)?.headers.host).toBe(expected)
})

test('a connection that has carried its requests says that it ends', async () => {
  await using proxy = await withHcm({ common_http_protocol_options: { max_requests_per_connection: 2 } })
  const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`

  const answer = await rawExchange(proxy.port, one('/1') + one('/2') + one('/3'))

  expect(answer.text.match(/^HTTP\/1\.1 200|connection: close/gm)).toEqual([
    'HTTP/1.1 200',
    'HTTP/1.1 200',
    'connection: close',
  ])
  expect(answer.closed).toBe(true)
})

test('a connection that is old enough takes no more requests', async () => {
  await using proxy = await withHcm({ common_http_protocol_options: { max_connection_duration: '0.1s' } })
  const socket = connect(proxy.port, '127.0.0.1')
  let isClosed = false
  socket.on('close', () => {
    isClosed = true
  })
  socket.resume()

  await eventually(() => isClosed)

  // The client sees the end before the socket is gone here.
  await eventually(() => proxy.traffic.load.connections === 0)
})

test('a request that lasts too long ends, by the route’s own time where it has one', async () => {
  await using silent = await startRawUpstream(() => undefined)
  const routes = [
    route('up', { max_stream_duration: { max_stream_duration: '0.1s' } }, { prefix: '/short' }),
    route('up', { idle_timeout: '0.15s' }, { prefix: '/idle' }),
    route('up'),
  ]
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener(routes, { hcm: { common_http_protocol_options: { max_stream_duration: '0.3s' } } })],
      [cluster('up', [silent.port])],
    ),
  )

  const [long, short, idle] = await Promise.all([proxy.get('/'), proxy.get('/short'), proxy.get('/idle')])

  expect([long.status, short.status, idle.status]).toEqual([504, 504, 504])
  expect(proxy.ended.map(({ path, flags, details }) => [path, flags, details])).toEqual([
    ['/short', '', 'max_duration_timeout'],
    ['/idle', 'SI', 'stream_idle_timeout'],
    ['/', '', 'max_duration_timeout'],
  ])
})

test('a long answer is not idle while something of it goes out', async () => {
  await using dripping = await startRawUpstream((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n')
      let left = 8
      const timer = setInterval(() => {
        socket.write('x')
        if (--left === 0) clearInterval(timer)
      }, 60)
    })
  })
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener([route('up')], { hcm: { stream_idle_timeout: '0.2s' } })],
      [cluster('up', [dripping.port])],
    ),
  )

  const answer = await proxy.get('/')

  expect(answer.body).toBe('xxxxxxxx')
})

test.each<[string, Record<string, unknown>, string]>([
  [
    'another formatter',
    { http_protocol_options: { header_key_format: { stateful_formatter: { name: 'x' } } } },
    'header_key_format',
  ],
  ['two lengths', { http_protocol_options: { allow_chunked_length: true } }, 'allow_chunked_length'],
  [
    'filters of an upgrade',
    { upgrade_configs: [{ upgrade_type: 'websocket', filters: [{ name: 'x' }] }] },
    'upgrade_configs[0].filters',
  ],
  ['two ways with a port', { strip_matching_host_port: true, strip_any_host_port: true }, 'strip_any_host_port'],
  ['an odd scheme', { scheme_header_transformation: { scheme_to_overwrite: 'ftp' } }, 'scheme_to_overwrite'],
])('%s is refused by its path', (_what, hcm, reason) => {
  expect(() => configOf(bootstrap([httpListener([route('up')], { hcm })], [cluster('up', [1])]))).toThrow(reason)
})
