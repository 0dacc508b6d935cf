import { type RequestOptions, request } from 'node:http'
import { createServer } from 'node:net'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Catalog } from '../src/catalog/catalog.ts'
import { buildSnapshot } from '../src/snapshot/build-snapshot.ts'
import { exampleProxy, meshConfig, policies, service, workload } from '../src/snapshot/example-mesh.fixture.ts'
import { startEnvoy } from './harness/envoy.ts'
import { envoy, withEnvoy } from './harness/with-envoy.ts'

// What we send must mean to a real Envoy what it means to us: two Envoys as sidecars run a snapshot and carry traffic.

const third = 1 + Math.floor(Math.random() * 250)
const web = `127.77.${third}.1`
const payments = `127.77.${third}.2`
const paymentsV2 = `127.77.${third}.3`

const yaml = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments }]
  rules:
    - matches: [{ path: { value: /old } }]
      filters:
        - type: RequestRedirect
          requestRedirect: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / }, statusCode: 308 }
    - matches: [{ path: { value: /cut } }]
      filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }]
      backendRefs: [{ name: payments-v1, port: 8080 }]
    - matches: [{ path: { value: /swap } }]
      filters:
        - { type: URLRewrite, urlRewrite: { hostname: other.example, path: { type: ReplacePrefixMatch, replacePrefixMatch: /new/ } } }
        - type: RequestHeaderModifier
          requestHeaderModifier:
            { set: [{ name: x-set, value: "100%" }], add: [{ name: x-add, value: b }], remove: [x-gone] }
        - { type: ResponseHeaderModifier, responseHeaderModifier: { set: [{ name: x-answer, value: set }] } }
      backendRefs: [{ name: payments-v1, port: 8080 }]
    - matches: [{ path: { value: /full } }]
      filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplaceFullPath, replaceFullPath: /all } } }]
      backendRefs: [{ name: payments-v1, port: 8080 }]
    - matches: [{ path: { value: /gone } }]
      backendRefs: [{ name: payments-v2, port: 8080 }]
    - matches: [{ path: { type: Exact, value: /charge }, method: POST }, { path: { value: /admin } }, { path: { value: /fine } }]
      backendRefs: [{ name: payments-v1, port: 8080 }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: web-only, namespace: shop }
spec:
  selector: { matchLabels: { app: payments } }
  rules:
    - from: [{ source: { serviceAccounts: [web] } }]
      to: [{ operation: { notPaths: ["/admin*"] } }]
---
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: charge, namespace: shop }
spec:
  targetRef: { kind: Service, name: payments }
  from: [{ service: web }]
  match: [{ path: { type: Exact, value: /charge } }]
  abort: { percentage: 100, httpStatus: 503 }
---
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: cut, namespace: shop }
spec:
  targetRef: { kind: Service, name: payments }
  match: [{ path: { type: Exact, value: /fine } }]
  reset: { percentage: 100 }
---
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: few, namespace: shop }
spec:
  targetRef: { kind: Service, name: payments }
  from: [{ service: web }]
  match: [{ path: { value: /limited } , queryParams: [{ name: size, value: big }] }]
  limit: { requests: 1, interval: 1h, burst: 2 }
`

const running: AsyncDisposable[] = []
let app: Upstream
let outbound: number

beforeAll(async () => {
  if (envoy === undefined) return
  app = await startUpstream(({ url, headers }) => ({ body: `${headers.host} ${url}`, headers: { server: 'app' } }))
  running.push(app)
  outbound = await freePort()
  const catalog: Catalog = {
    sequence: 1,
    services: [
      service('shop', 'web', { app: 'web' }),
      service('shop', 'payments', { app: 'payments' }),
      service('shop', 'payments-v1', { app: 'payments', version: 'v1' }),
      service('shop', 'payments-v2', { app: 'payments', version: 'v2' }),
    ],
    workloads: [workload('shop', 'web', 'v1', web), workload('shop', 'payments', 'v1', payments)],
  }
  const config = meshConfig(policies(yaml), { catalog })
  const sidecars = [
    exampleProxy('web', {
      dialect: 'envoy',
      instanceIps: [web],
      inbound: [],
      outbound: { address: '127.0.0.1', port: outbound },
    }),
    exampleProxy('payments', {
      dialect: 'envoy',
      instanceIps: [payments],
      inbound: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: app.port } }],
      outbound: undefined,
    }),
  ]
  for (const proxy of sidecars) {
    const sourceAddress = proxy.instanceIps[0] ?? ''
    running.push(
      await startEnvoy(envoy, buildSnapshot(config, proxy), { cluster: `${proxy.service}.shop`, sourceAddress }),
    )
  }
})

afterAll(async () => {
  for (const one of running.reverse()) await one[Symbol.asyncDispose]()
})

withEnvoy.each([
  ['a prefix is cut off', '/cut/a?b=c', '/a?b=c'],
  ['a prefix that is the whole path is cut to the root', '/cut', '/'],
  ['a prefix is replaced', '/swap/a?b=c', '/new/a?b=c'],
  ['a full path is replaced', '/full/a?b=c', '/all?b=c'],
])('Envoy: %s', async (_, path, seen) => {
  const answer = await call('GET', path)

  expect(answer.status).toBe(200)
  expect(app.seen.at(-1)?.url).toBe(seen)
})

withEnvoy('Envoy: host and headers are edited on the way', async () => {
  const answer = await call('GET', '/swap', { 'x-gone': '1', 'x-set': '2', 'x-add': 'a' })

  expect(app.seen.at(-1)?.headers).toMatchObject({ host: 'other.example', 'x-set': '100%', 'x-add': 'a, b' })
  expect(app.seen.at(-1)?.headers).not.toHaveProperty('x-gone')
  expect(answer.headers['x-answer']).toBe('set')
})

withEnvoy('Envoy: a redirect keeps what follows the prefix', async () => {
  const answer = await call('GET', '/old/a?b=c')

  expect(answer.status).toBe(308)
  expect(answer.headers.location).toMatch(/\/a\?b=c$/)
})

withEnvoy('Envoy: what no rule matches is a 404', async () => {
  expect((await call('GET', '/nothing')).status).toBe(404)
})

withEnvoy('Envoy: a backend without instances is a 503 at once', async () => {
  expect((await call('GET', '/gone')).status).toBe(503)
})

withEnvoy('Envoy: the fault hits the caller that it names', async () => {
  const answer = await call('POST', '/charge')

  expect([answer.status, answer.body]).toEqual([503, 'fault filter abort'])
})

withEnvoy('Envoy: a limit counts the requests that it names, and no others', async () => {
  const limited: number[] = []
  for (let count = 0; count < 3; count++) limited.push((await call('GET', '/cut/limited/a?size=big')).status)
  const other = await call('GET', '/cut/limited/a?size=small')
  const beside = await call('GET', '/cut/limitedly?size=big')

  expect(limited).toEqual([200, 200, 429])
  expect([other.status, beside.status]).toEqual([200, 200])
})

withEnvoy('Envoy: the caller is known by its address, and a path that is not allowed is denied', async () => {
  const denied = await call('GET', '/admin/x')
  const traversal = await call('GET', '/fine/..%2fadmin')

  expect([denied.status, denied.body]).toEqual([403, 'RBAC: access denied'])
  expect(traversal.status).toBe(403)
})

withEnvoy('Envoy: a caller that nobody knows is denied, whatever it says of itself', async () => {
  const headers = { host: 'payments', 'x-envoy-downstream-service-cluster': 'web.shop', 'x-forwarded-for': web }

  const answer = await send({ host: payments, port: 8080, localAddress: paymentsV2, path: '/fine', headers })

  expect(answer.status).toBe(403)
})

type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }

function call(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return send({ host: '127.0.0.1', port: outbound, method, path, headers: { host: 'payments', ...headers } })
}

function send(options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...options, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return typeof address === 'object' && address !== null ? address.port : 0
}
