import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

const name = 'envoy.filters.http.stateful_session'
const type = (kind: string) => `type.googleapis.com/envoy.extensions.${kind}`

function session(prefix: string, state: Record<string, unknown>, strict = false) {
  const config = {
    '@type': type('filters.http.stateful_session.v3.StatefulSessionPerRoute'),
    stateful_session: { session_state: { name: 'state', typed_config: state }, strict },
  }
  return route('up', {}, { prefix }, { typed_per_filter_config: { [name]: config } })
}

const cookie = {
  '@type': type('http.stateful_session.cookie.v3.CookieBasedSessionState'),
  cookie: { name: 'route', ttl: '60s' },
}
const header = { '@type': type('http.stateful_session.header.v3.HeaderBasedSessionState'), name: 'x-route' }

let upstreams: Upstream[]
let proxy: TestProxy

function config(ports: readonly number[]) {
  const routes = [session('/strict', cookie, true), session('/header', header), session('/', cookie)]
  const filters = [filter(name, { '@type': type('filters.http.stateful_session.v3.StatefulSession') })]
  return bootstrap([httpListener(routes, { filters })], [cluster('up', ports)])
}

beforeAll(async () => {
  upstreams = await Promise.all(['one', 'two', 'three'].map((body) => startUpstream(() => ({ body }))))
  proxy = await startTestProxy(config(upstreams.map(({ port }) => port)))
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  for (const upstream of upstreams) await upstream[Symbol.asyncDispose]()
})

async function begin(path: string): Promise<{ body: string; cookie: string }> {
  const { body, headers } = await proxy.get(path)
  return { body, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
}

test('a client with a cookie comes back to the endpoint that it began with', async () => {
  const first = await begin('/')

  const later = await Promise.all(Array.from({ length: 20 }, () => proxy.get('/', { cookie: first.cookie })))

  expect(new Set(later.map(({ body }) => body))).toEqual(new Set([first.body]))
  expect(later.every(({ headers }) => !headers.has('set-cookie'))).toBe(true)
})

test('a client with a header comes back too', async () => {
  const first = await proxy.get('/header')
  const given = first.headers.get('x-route') ?? ''

  const later = await Promise.all(Array.from({ length: 20 }, () => proxy.get('/header', { 'x-route': given })))

  expect(new Set(later.map(({ body }) => body))).toEqual(new Set([first.body]))
})

test('when its endpoint is gone a client is given another, and refused where the session is strict', async () => {
  const first = await begin('/')
  const left = upstreams.filter((_, index) => ['one', 'two', 'three'][index] !== first.body)
  await proxy.apply(config(left.map(({ port }) => port)))

  const moved = await proxy.get('/', { cookie: first.cookie })
  const strict = await proxy.get('/strict', { cookie: first.cookie })

  expect(moved.status).toBe(200)
  expect(moved.body).not.toBe(first.body)
  expect(moved.headers.get('set-cookie')).toContain('route=')
  expect(strict.status).toBe(503)
  expect(proxy.ended.at(-1)).toMatchObject({ flags: 'UH' })
})
