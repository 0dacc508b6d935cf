import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Graph } from '@heddle/shared/api/graph'
import type { ObjectSummary } from '@heddle/shared/api/objects'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import { type SeenRequest, startUpstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { RollingMesh } from './harness/rolling-mesh.ts'
import { type SidecarProcess, startSidecar } from './harness/start-sidecar.ts'
import { envoy, withEnvoy } from './harness/with-envoy.ts'

// What Envoys carry is seen like what our own proxies carry: their access logs and spans come to our receiver by OTLP.
let mesh: RollingMesh
let web: SidecarProcess
let revision: number

beforeAll(async () => {
  if (envoy === undefined) return
  mesh = await RollingMesh.start({ web: { app: 'web' }, payments: { app: 'payments' } })
  const app = mesh.keep(await startUpstream(answerSlowly))
  const net = `127.${randomInt(20, 200)}.${randomInt(1, 250)}`
  const real = { program: { envoy }, control: mesh.control.xds, appPort: app.port }
  const sidecars = await Promise.all([
    startSidecar({ ...real, app: 'web', address: `${net}.1` }),
    startSidecar({ ...real, app: 'payments', address: `${net}.2` }),
  ])
  for (const sidecar of sidecars) mesh.keep(sidecar)
  web = sidecars[0]
  await mesh.settled(2)
  await mesh.roll(`
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: charge, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  match: [{ path: { type: Exact, value: /charge } }]
  abort: { percentage: 100, httpStatus: 503 }
  duration: 1h
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: no-admin, namespace: shop }
spec:
  selector: { matchLabels: { app: payments } }
  action: DENY
  rules: [{ to: [{ operation: { paths: [/admin] } }] }]
`)
  revision = (await mesh.control.as('editor', 'GET', '/revisions?limit=1')).items[0].number
})

async function answerSlowly({ url }: SeenRequest) {
  if (url === '/slow') await delay(200)
  return {}
}

afterAll(() => mesh?.[Symbol.asyncDispose]())

const soon = <Value>(ask: () => Promise<Value>) => vi.waitFor(ask, { timeout: 60_000, interval: 50 })

withEnvoy('an edge that Envoys carry has its rate, its errors, its flags and its revision in the graph', async () => {
  for (let index = 0; index < 40; index++) await web.call('payments', '/methods')
  for (let index = 0; index < 15; index++) await web.call('payments', '/charge')
  for (let index = 0; index < 5; index++) await web.call('payments', '/admin')

  const edge = await soon(async () => {
    const { edges } = (await mesh.control.as('editor', 'GET', '/graph')) as Graph
    const found = edges.find(({ id }) => id === 'svc:shop/web>svc:shop/payments')
    expect(found?.signals.requests).toBe(60)
    // The other side has reported too.
    expect(found?.signals.injectedShare).toBeCloseTo(0.25)
    return found
  })
  expect(edge).toMatchObject({
    health: 'fail',
    protocol: 'http',
    revisions: [revision],
    signals: { errorShare: 0.25 },
    flags: expect.arrayContaining([{ flag: 'FI', share: 0.25 }]),
  })
  for (const { requestsPerSecond } of await mesh.proxies()) expect(requestsPerSecond).toBeGreaterThan(1)
  expect(edge?.signals.deniedShare).toBeCloseTo(5 / 60, 2)
  expect(edge?.signals.p50Ms).toBeGreaterThan(0)
})

withEnvoy('errors and denials that Envoys carry are recorded with what decided them, and without a query', async () => {
  await web.call('payments', '/charge?card=4111', { 'user-agent': 'curl', cookie: 'a=b' })
  await web.call('payments', '/admin')

  const { items: errors } = await soon(async () => {
    const page = await mesh.control.as('editor', 'GET', '/requests?service=payments&only=errors&limit=500')
    expect(page.items.some(({ headers }: RequestRecord) => headers['user-agent'] === 'curl')).toBe(true)
    return page
  })
  const { items: denied } = await soon(async () => {
    const page = await mesh.control.as('editor', 'GET', '/requests?service=payments&only=denied&limit=500')
    expect(page.items.length).toBeGreaterThan(0)
    return page
  })
  const charge = errors.find(
    ({ headers, reporter }: RequestRecord) => headers['user-agent'] === 'curl' && reporter === 'destination',
  )
  expect(charge).toMatchObject({
    source: { service: 'web', namespace: 'shop' },
    destination: { service: 'payments', namespace: 'shop', workload: 'payments-v1', port: 8080 },
    method: 'GET',
    path: '/charge',
    query: '',
    host: 'payments',
    status: 503,
    flags: 'FI',
    details: 'fault_filter_abort',
    matchedPolicy: 'FaultInjection/shop/charge',
    revision,
    sampleRatio: 1,
  })
  expect(Object.keys(charge.headers)).not.toContain('cookie')
  expect(denied[0]).toMatchObject({ path: '/admin', matchedPolicy: 'ns[shop]-policy[no-admin]-rule[0]' })
})

withEnvoy(
  'what Envoys say of routes is counted for the policies that made them; rules that allow they do not name',
  async () => {
    // An Envoy sends its log when a second is over.
    await soon(async () => {
      const { items } = await mesh.control.as('editor', 'GET', '/objects')
      const hits = new Map(items.map((each: ObjectSummary) => [each.name, each]))

      // Fifteen of the first test, one of the second.
      expect(hits.get('charge')).toMatchObject({ hitsLastHour: 16 })
      expect(hits.get('charge')).not.toHaveProperty('hitsAreAtLeast')
      expect(hits.get('charge')).toHaveProperty('endsAt')
      // Five denials of the first test, one of the second.
      expect(hits.get('no-admin')).toMatchObject({ hitsLastHour: 6, hitsAreAtLeast: true })
    })
  },
)

// Envoy sends spans every five seconds.
withEnvoy('a traced request leaves spans of both Envoys in one trace', async () => {
  const traceId = randomBytes(16).toString('hex')
  await web.call('payments', '/methods', { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` })

  const { spans } = await soon(async () => {
    const trace = await mesh.control.as('editor', 'GET', `/traces/${traceId}`)
    expect(trace.spans).toHaveLength(2)
    return trace
  })
  expect(spans.map(({ service }: { service: string }) => service).sort()).toEqual(['payments', 'web'])
})

withEnvoy('a rollout is judged on the edges that Envoys carry, and taken back where the change fails', async () => {
  const callSlowly = () => Promise.all(Array.from({ length: 20 }, () => web.call('payments', '/slow')))
  for (let round = 0; round < 4; round++) await callSlowly()
  const id = await mesh.begin(
    `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules: [{ backendRefs: [{ name: payments, port: 8080 }], timeouts: { request: 20ms } }]
`,
    [],
    {
      stages: [{ name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 30 }],
      gate: { requestsMin: 20, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 60 },
      autoRollback: true,
    },
  )

  const { summary } = await soon(async () => {
    await callSlowly()
    const detail = await mesh.rollout(id)
    expect(detail.summary.state).toBe('rolled_back')
    return detail
  })

  expect(summary.reason).toBe('judgement')
  expect(summary.stages[0].verdict).toMatchObject({ result: 'fail' })
  expect(summary.stages[0].verdict.text).toMatch(/requests from shop\/web to shop\/payments failed/)
})
