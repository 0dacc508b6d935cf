import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const quick = { retry_back_off: { base_interval: '0.001s', max_interval: '0.002s' } }
const retry = (policy: Json) => ({ retry_policy: { ...quick, ...policy } })
const internal = { internal_address_config: { cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] } }

const proxyTo = (port: number, action: Json = {}, hcm: Json = {}, more: Json = {}) =>
  startTestProxy(bootstrap([httpListener([route('up', action)], { hcm })], [cluster('up', [port], more)]))

test.each([
  ['5xx', { status: 500 }],
  ['gateway-error', { status: 502 }],
  ['retriable-4xx', { status: 409 }],
  ['unavailable', { headers: { 'grpc-status': '14' } }],
  ['resource-exhausted', { headers: { 'grpc-status': '8' } }],
  ['cancelled', { headers: { 'grpc-status': '1' } }],
  ['envoy-ratelimited', { status: 429, headers: { 'x-envoy-ratelimited': 'true' } }],
])('"%s" repeats what it names', async (retry_on, answer) => {
  await using upstream = await startUpstream(() => answer)
  await using proxy = await proxyTo(upstream.port, retry({ retry_on, num_retries: 1 }))

  await proxy.get('/')

  expect(upstream.seen).toHaveLength(2)
})

test.each([
  ['gateway-error', { status: 500 }],
  ['5xx', { status: 409 }],
  ['5xx', { status: 503, headers: { 'x-envoy-ratelimited': 'true' } }],
  ['unavailable', { headers: { 'grpc-status': '13' } }],
])('"%s" does not repeat what it does not name', async (retry_on, answer) => {
  await using upstream = await startUpstream(() => answer)
  await using proxy = await proxyTo(upstream.port, retry({ retry_on, num_retries: 1 }))

  await proxy.get('/')

  expect(upstream.seen).toHaveLength(1)
})

test('status codes and headers may be named', async () => {
  await using upstream = await startUpstream(({ url }) =>
    url === '/code' ? { status: 418 } : { headers: { 'x-again': 'please' } },
  )
  await using proxy = await proxyTo(
    upstream.port,
    retry({
      retry_on: 'retriable-status-codes,retriable-headers',
      retriable_status_codes: [418],
      retriable_headers: [{ name: 'x-again', string_match: { exact: 'please' } }],
    }),
  )

  await proxy.get('/code')
  await proxy.get('/header')

  expect(upstream.seen.map(({ url }) => url)).toEqual(['/code', '/code', '/header', '/header'])
})

test('a try that takes too long is ended and repeated, and the last one is a 504 with URX and UT', async () => {
  await using silent = await startRawUpstream(() => undefined)
  await using proxy = await proxyTo(silent.port, retry({ retry_on: '5xx', num_retries: 1, per_try_timeout: '0.05s' }))

  const { status, body } = await proxy.get('/')

  expect([status, body, silent.connections()]).toEqual([504, 'upstream request timeout', 2])
  expect(proxy.ended[0]).toMatchObject({ attempts: 2, flags: 'URX,UT', details: 'upstream_per_try_timeout' })
})

test('a try that stands still is repeated before its answer and cut within it', async () => {
  await using upstream = await startRawUpstream((socket) =>
    socket.on('data', (bytes) => {
      if (bytes.includes('/partial')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc')
    }),
  )
  await using proxy = await proxyTo(
    upstream.port,
    retry({ retry_on: '5xx', num_retries: 1, per_try_idle_timeout: '0.05s' }),
  )

  const silent = await proxy.get('/silent')
  const partial = await proxy.get('/partial').catch((error: unknown) => error)

  expect(silent.status).toBe(504)
  expect(partial).toBeInstanceOf(Error)
  expect(proxy.ended).toMatchObject([
    { attempts: 2, flags: 'URX,UT', details: 'upstream_per_try_idle_timeout' },
    { attempts: 1, flags: 'UT', details: 'upstream_per_try_idle_timeout' },
  ])
})

test('an answer that says when to come back is waited for', async () => {
  const times: number[] = []
  await using upstream = await startUpstream(() => {
    times.push(performance.now())
    return times.length === 1 ? { status: 503, headers: { 'retry-after': '1' } } : {}
  })
  await using proxy = await proxyTo(
    upstream.port,
    retry({
      retry_on: '5xx',
      rate_limited_retry_back_off: { reset_headers: [{ name: 'Retry-After', format: 'SECONDS' }] },
    }),
  )

  const { status } = await proxy.get('/')

  expect(status).toBe(200)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1000)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeLessThan(1700)
})

test('an internal request may ask for retries and timeouts, and its headers go no further', async () => {
  await using upstream = await startUpstream(() => ({ status: 503 }))
  await using silent = await startRawUpstream(() => undefined)
  await using proxy = await proxyTo(upstream.port, {}, { ...internal, use_remote_address: true })
  await using waiting = await proxyTo(silent.port, {}, { ...internal, use_remote_address: true })

  await proxy.get('/', { 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': '2' })
  const late = await waiting.get('/', { 'x-envoy-upstream-rq-timeout-ms': '50' })

  expect(upstream.seen).toHaveLength(3)
  expect(upstream.seen[0]?.headers).not.toHaveProperty('x-envoy-retry-on')
  expect(late.status).toBe(504)
})

test.each([
  ['without trusted addresses', {}, {}],
  ['from elsewhere', internal, { 'x-forwarded-for': '8.8.8.8' }],
  ['through somebody else', internal, { 'x-forwarded-for': '127.0.0.1, 127.0.0.2' }],
  ['from nobody who says so', internal, {}],
])('a request %s may not, and its headers are taken away', async (_what, hcm, headers) => {
  await using upstream = await startUpstream(() => ({ status: 503 }))
  await using proxy = await proxyTo(upstream.port, {}, hcm)

  await proxy.get('/', { ...headers, 'x-envoy-retry-on': '5xx' })

  expect(upstream.seen).toHaveLength(1)
  expect(upstream.seen[0]?.headers).not.toHaveProperty('x-envoy-retry-on')
})

test('an upstream connection that gets too old is not used again', async () => {
  await using upstream = await startRawUpstream((socket) =>
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')),
  )
  const options = {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        common_http_protocol_options: { max_connection_duration: '2s' },
        explicit_http_config: { http_protocol_options: {} },
      },
    },
  }
  await using proxy = await proxyTo(upstream.port, {}, {}, options)

  await proxy.get('/')
  await proxy.get('/')
  const early = upstream.connections()
  await eventually(async () => {
    await proxy.get('/')
    return upstream.connections() > early
  })

  expect(early).toBe(1)
})
