import { request } from 'node:http'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

const name = 'envoy.filters.http.cors'
const type = (kind: string) => `type.googleapis.com/envoy.extensions.filters.http.cors.v3.${kind}`

let upstream: Upstream
let proxy: TestProxy

beforeAll(async () => {
  upstream = await startUpstream(() => ({ headers: { 'access-control-allow-origin': 'from-upstream' } }))
  const withCors = (prefix: string, policy: Record<string, unknown>) =>
    route('up', {}, { prefix }, { typed_per_filter_config: { [name]: { '@type': type('CorsPolicy'), ...policy } } })
  const policy = {
    allow_origin_string_match: [{ exact: 'https://shop.example' }, { suffix: '.partner.example' }],
    allow_methods: 'GET, PUT',
    allow_headers: 'x-token',
    max_age: '600',
    allow_credentials: true,
  }
  const routes = [
    withCors('/strict', { ...policy, forward_not_matching_preflights: false }),
    withCors('/off', { ...policy, filter_enabled: { default_value: { numerator: 0 } } }),
    withCors('/', policy),
  ]
  const listener = httpListener(routes, {
    filters: [filter(name, { '@type': type('Cors') })],
    hcm: {
      route_config: {
        name: 'in',
        virtual_hosts: [
          {
            name: 'all',
            domains: ['*'],
            routes,
            // The route says nothing about this field, so the host's value stands.
            typed_per_filter_config: { [name]: { '@type': type('CorsPolicy'), expose_headers: 'x-total' } },
          },
        ],
      },
    },
  })
  proxy = await startTestProxy(bootstrap([listener], [cluster('up', [upstream.port])]))
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

/** fetch sends no Origin of ours and follows no preflight of ours, so the request is made by hand. */
async function ask(method: string, path: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number; headers: Readonly<Record<string, unknown>> }>((resolve, reject) => {
    const sent = request({ port: proxy.port, method, path, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

const preflight = (origin: string) => ({ origin, 'access-control-request-method': 'PUT' })

test('a preflight of an allowed origin is answered here', async () => {
  const before = upstream.seen.length

  const answer = await ask('OPTIONS', '/a', preflight('https://shop.example'))

  expect(answer).toMatchObject({
    status: 200,
    headers: {
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-token',
      'access-control-max-age': '600',
    },
  })
  expect(upstream.seen.length).toBe(before)
})

test('a preflight of a foreign origin goes on, or is answered without leave where the route says so', async () => {
  const before = upstream.seen.length

  await ask('OPTIONS', '/a', preflight('https://evil.example'))
  const strict = await ask('OPTIONS', '/strict', preflight('https://evil.example'))

  expect(upstream.seen.length).toBe(before + 1)
  expect(strict.status).toBe(200)
  expect(strict.headers).not.toHaveProperty('access-control-allow-origin')
})

test('origins are counted by whether they are allowed', async () => {
  const { cors } = proxy.traffic.counts
  const before = { ...cors.get('in') }

  await ask('GET', '/a', { origin: 'https://shop.example' })
  await ask('GET', '/a', { origin: 'https://else.example' })
  await ask('GET', '/a', {})

  const { valid = 0, invalid = 0 } = before as { valid?: number; invalid?: number }
  expect(cors.get('in')).toEqual({ valid: valid + 1, invalid: invalid + 1 })
})

test('an answer to an allowed origin says so, in place of what the upstream says', async () => {
  const answer = await ask('GET', '/a', { origin: 'https://eu.partner.example' })

  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': 'https://eu.partner.example',
    'access-control-expose-headers': 'x-total',
  })
})

test.each([
  ['a foreign origin', '/a', { origin: 'https://evil.example' }],
  ['no origin', '/a', {}],
  ['a share of 0', '/off', { origin: 'https://shop.example' }],
])('%s leaves the answer as the upstream gave it', async (_what, path, headers) => {
  const answer = await ask('GET', path, headers)

  expect(answer.headers['access-control-allow-origin']).toBe('from-upstream')
  expect(answer.headers).not.toHaveProperty('access-control-expose-headers')
})
