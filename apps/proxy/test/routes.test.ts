import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { configOf, startTestProxy } from './harness/start-test-proxy.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => {
  await upstream[Symbol.asyncDispose]()
})

function mesh(routes: Record<string, unknown>[], hcm: Record<string, unknown> = {}) {
  return bootstrap([httpListener(routes, { hcm })], [cluster('up', [upstream.port])])
}

test('a request names its cluster in a header where its route says so', async () => {
  await using proxy = await startTestProxy(mesh([{ match: { prefix: '/' }, route: { cluster_header: 'x-cluster' } }]))

  const answers = [
    await proxy.get('/', { 'x-cluster': 'up' }),
    await proxy.get('/', { 'x-cluster': 'nowhere' }),
    await proxy.get('/'),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 503, 503])
  expect(proxy.ended.at(-1)).toMatchObject({ flags: 'NC', details: 'cluster_not_found' })
})

test('a host that demands TLS sends plain requests there, whatever its routes say', async () => {
  const routes = [route('up', {}, { prefix: '/x' })]
  const virtual_hosts = [{ name: 'all', domains: ['*'], require_tls: 'ALL', routes }]
  await using proxy = await startTestProxy(mesh(routes, { route_config: { name: 'in', virtual_hosts } }))

  const plain = await rawExchange(proxy.port, 'GET /other?a=b HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n')
  const secure = await proxy.get('/x', { 'x-forwarded-proto': 'https' })

  expect(plain.status).toBe(301)
  expect(plain.text).toContain('location: https://shop/other?a=b\r\n')
  expect(secure.status).toBe(200)
})

test('a fixed answer comes from a file, and a file that is not there or too large refuses the configuration', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-body-'))
  const filename = path.join(folder, 'body.txt')
  const fixed = (name: string) =>
    mesh([{ match: { prefix: '/' }, direct_response: { status: 200, body: { filename: name } } }])
  writeFileSync(filename, 'from a file')
  await using proxy = await startTestProxy(fixed(filename))

  const answer = await proxy.get('/')
  writeFileSync(filename, 'x'.repeat(4097))

  expect(answer.body).toBe('from a file')
  expect(() => configOf(fixed(filename))).toThrow('has 4097 bytes, more than 4096')
  expect(() => configOf(fixed(path.join(folder, 'missing')))).toThrow('cannot be read: ENOENT')
  rmSync(folder, { recursive: true })
})

test('an upgrade is allowed by its route, or else by its listener', async () => {
  const websocket = (enabled: boolean) => ({ upgrade_configs: [{ upgrade_type: 'websocket', enabled }] })
  await using proxy = await startTestProxy(
    mesh([
      route('up', websocket(true), { prefix: '/on' }),
      route('up', websocket(false), { prefix: '/off' }),
      route('up', {}, { prefix: '/plain' }),
    ]),
  )
  const ask = (target: string) =>
    rawExchange(
      proxy.port,
      `GET ${target} HTTP/1.1\r\nHost: shop\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
      { until: (text) => text.includes('\r\n\r\n') },
    )

  const statuses = [await ask('/on'), await ask('/off'), await ask('/plain'), await ask('/none')].map(
    ({ status }) => status,
  )

  // The upstream knows no upgrade and answers the request as a plain one.
  expect(statuses).toEqual([200, 403, 403, 404])
})

test.each<[string, Record<string, unknown>, string]>([
  [
    'a connect_config of something else',
    { upgrade_configs: [{ upgrade_type: 'x', connect_config: {} }] },
    'connect_config',
  ],
  ['a path template', { path_rewrite_policy: { name: 'x' } }, 'path_rewrite_policy'],
])('%s is refused by its name', (_what, action, reason) => {
  expect(() => configOf(mesh([route('up', action)]))).toThrow(reason)
})
