import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

const name = 'envoy.filters.http.local_ratelimit'
const always = { default_value: { numerator: 100 } }
const bucket = (max_tokens: number, fill_interval = '3600s') => ({ max_tokens, tokens_per_fill: 1, fill_interval })

function limit(config: Record<string, unknown>) {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
    stat_prefix: 'limit',
    filter_enabled: always,
    filter_enforced: always,
    ...config,
  }
}

function limited(prefix: string, config: Record<string, unknown>, action: Record<string, unknown> = {}) {
  return route('up', action, { prefix }, { typed_per_filter_config: { [name]: limit(config) } })
}

let upstream: Upstream
let proxy: TestProxy

beforeAll(async () => {
  upstream = await startUpstream()
  const routes = [
    limited('/once', {
      token_bucket: bucket(1),
      enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
      response_headers_to_add: [{ header: { key: 'x-why', value: 'limit' } }],
    }),
    limited('/shadow', {
      token_bucket: bucket(1),
      filter_enforced: { default_value: { numerator: 0 } },
      request_headers_to_add_when_not_enforced: [{ header: { key: 'x-over', value: 'yes' } }],
    }),
    limited('/grpc', { token_bucket: bucket(1), rate_limited_as_resource_exhausted: true }),
    limited('/connection', { token_bucket: bucket(1), local_rate_limit_per_downstream_connection: true }),
    limited(
      '/users',
      {
        token_bucket: bucket(100),
        descriptors: [{ entries: [{ key: 'user' }], token_bucket: bucket(1) }],
      },
      { rate_limits: [{ actions: [{ request_headers: { header_name: 'x-user', descriptor_key: 'user' } }] }] },
    ),
    limited('/refills', { token_bucket: bucket(1, '0.2s') }),
    route('up'),
  ]
  const listener = httpListener(routes, { filters: [filter(name, limit({}))] })
  proxy = await startTestProxy(bootstrap([listener], [cluster('up', [upstream.port])]))
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

test('what is beyond the bucket is answered 429 with the flag RL, and the limit is told', async () => {
  const first = await proxy.get('/once')
  const second = await proxy.get('/once')

  expect(first.status).toBe(200)
  expect(second).toMatchObject({ status: 429, body: 'local_rate_limited' })
  expect(second.headers.get('x-why')).toBe('limit')
  for (const { headers } of [first, second]) {
    expect(headers.get('x-ratelimit-limit')).toBe('1')
    expect(headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(3500)
  }
  expect(proxy.ended.at(-1)).toMatchObject({ flags: 'RL', details: 'local_rate_limited' })
})

test('a limit that is not enforced lets everything pass and marks what it would refuse', async () => {
  const statuses = [await proxy.get('/shadow'), await proxy.get('/shadow')].map(({ status }) => status)

  expect(statuses).toEqual([200, 200])
  expect(upstream.seen.slice(-2).map(({ headers }) => headers['x-over'])).toEqual([undefined, 'yes'])
})

test('a gRPC caller is told RESOURCE_EXHAUSTED where the limit says so', async () => {
  await proxy.get('/grpc', { 'content-type': 'application/grpc' })

  const answer = await proxy.get('/grpc', { 'content-type': 'application/grpc' })

  expect(answer.status).toBe(200)
  expect(answer.headers.get('grpc-status')).toBe('8')
})

test('each value of a described header has its own bucket', async () => {
  const asked: number[] = []
  for (const user of ['ada', 'bob', 'ada', 'bob']) asked.push((await proxy.get('/users', { 'x-user': user })).status)
  const undescribed = await proxy.get('/users')

  expect(asked).toEqual([200, 200, 429, 429])
  expect(undescribed.status).toBe(200)
})

test('a limit per connection is fresh on each', async () => {
  const twice =
    'GET /connection HTTP/1.1\r\nHost: shop\r\n\r\nGET /connection HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n'

  const answers = [await rawExchange(proxy.port, twice), await rawExchange(proxy.port, twice)]

  for (const { text } of answers) {
    expect(text.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 429'])
  }
})

test('a bucket fills again', async () => {
  await proxy.get('/refills')
  const refused = await proxy.get('/refills')

  expect(refused.status).toBe(429)
  await eventually(async () => (await proxy.get('/refills')).status === 200)
})
