import type { RequestRecord } from '@heddle/shared/api/request-record'
import { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import { FaultInjection } from '@heddle/shared/model/fault-injection'
import { HttpRoute } from '@heddle/shared/model/http-route'
import { expect, test } from 'vitest'
import { exampleRecord, recordsOf } from '../signals/request-record.fixture.ts'
import { service, workload } from '../snapshot/example-mesh.fixture.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import { simulateEdits } from './simulate-edits.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const mesh: MeshConfig = {
  revision: 1,
  policies: [],
  now,
  catalog: {
    sequence: 1,
    services: [
      service('shop', 'checkout', { app: 'checkout' }),
      service('shop', 'payments', { app: 'payments' }),
      service('shop', 'payments-v2', { app: 'payments', version: 'v2' }),
    ],
    workloads: [workload('shop', 'checkout', 'v1', '10.0.0.1'), workload('shop', 'payments', 'v1', '10.0.0.2')],
  },
}

function proxy(name: string, address: string): ProxyDescription {
  return {
    nodeId: name,
    dialect: 'heddle',
    namespace: 'shop',
    workload: name,
    service: name,
    serviceAccount: name,
    labels: { app: name, version: 'v1' },
    instanceIps: [address],
    inbound: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 9000 } }],
    outbound: { address: '127.0.0.1', port: 15_001 },
    rateLimitCluster: 'heddle-rate-limits',
    locality: { region: '', zone: '' },
  }
}
const proxies = [proxy('checkout', '10.0.0.1'), proxy('payments', '10.0.0.2')]

function record(reporter: 'source' | 'destination', path: string, more: Partial<RequestRecord> = {}): RequestRecord {
  const proxyId = reporter === 'source' ? 'checkout' : 'payments'
  return exampleRecord({ at: new Date(now - 60_000).toISOString(), reporter, proxyId, path, sampleRatio: 0.5, ...more })
}
const both = (path: string, more: Partial<RequestRecord> = {}) => [
  record('source', path, more),
  record('destination', path, more),
]

function run(
  object: FaultInjection | AuthorizationPolicy | HttpRoute,
  records: readonly RequestRecord[],
  dialect: ProxyDescription['dialect'] = 'heddle',
  before = mesh,
) {
  const after = {
    ...before,
    revision: 2,
    policies: [{ object, revision: 2, createdRevision: 2, activeSince: now }],
  }
  const input = {
    windowMinutes: 60,
    now,
    proxies: proxies.map((each) => ({ ...each, dialect })),
    records: recordsOf(records, now),
    affectedProxies: ['payments', 'checkout'],
    editedFaults: [],
  }
  const result = simulateEdits({ ...input, before, after })
  return { result, edge: result.edges.find(({ target }) => target === 'shop/payments') }
}

const target = { group: '', kind: 'Service', name: 'payments' }
const fault = FaultInjection.parse({
  apiVersion: 'heddle.dev/v1alpha1',
  kind: 'FaultInjection',
  metadata: { name: 'charge', namespace: 'shop' },
  spec: {
    targetRef: target,
    from: [{ service: 'checkout' }],
    match: [{ path: { type: 'Exact', value: '/charge' } }],
    abort: { percentage: 30, httpStatus: 503 },
  },
})
const deny = AuthorizationPolicy.parse({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'no-refunds', namespace: 'shop' },
  spec: { targetRefs: [target], action: 'DENY', rules: [{ to: [{ operation: { paths: ['/refund'] } }] }] },
})

test('a fault is told with its expected share of the requests that it matches, scaled by the sampling', () => {
  const records = [
    ...Array.from({ length: 10 }, () => both('/charge')),
    ...Array.from({ length: 10 }, () => both('/methods')),
  ]

  const { edge, result } = run(fault, records.flat())

  expect(edge).toMatchObject({ requests: 40, faulted: 6, newlyDenied: 0, unchanged: 34 })
  expect(result.sentence).toContain('15 % of 40 requests would be answered by the fault')
})

test('a fault for one caller leaves another alone', () => {
  const other = { source: { workload: 'web', namespace: 'shop', service: 'web', principal: '', address: '10.0.0.9' } }

  expect(run(fault, [record('destination', '/charge', other)]).edge).toMatchObject({ faulted: 0, unchanged: 2 })
})

test('a denial is told for the requests that it would refuse, and for no others', () => {
  const { edge } = run(deny, [...both('/refund'), ...both('/charge')])

  expect(edge).toMatchObject({ requests: 4, newlyDenied: 2, unchanged: 2 })
  expect(edge?.samples[0]).toMatchObject({ path: '/refund', before: '200', after: 'denied' })
})

test('the same is told of Envoys, which get their policies in another place', () => {
  const { edge } = run(deny, [...both('/refund'), ...both('/charge')], 'envoy')
  const faulted = run(fault, [...both('/charge'), ...both('/methods')], 'envoy')

  expect(edge).toMatchObject({ requests: 4, newlyDenied: 2, unchanged: 2 })
  expect(faulted.edge?.faulted).toBeGreaterThan(0)
})

test('a denial of what comes seldom is told, whatever came since', () => {
  const seldom = [50, 30, 10].flatMap((minutes) =>
    both('/refund', { at: new Date(now - minutes * 60_000).toISOString() }),
  )
  const since = Array.from({ length: 10_000 }, () => both('/charge')).flat()

  const { edge, result } = run(deny, [...since, ...seldom.toReversed()])

  expect(edge).toMatchObject({ requests: 20_006, newlyDenied: 6, unchanged: 20_000 })
  expect(edge?.samples.map(({ path }) => path)).toContain('/refund')
  expect(result.since).toBe(new Date(now - 50 * 60_000).toISOString())
  expect(result.sentence).toContain('0.03 % of 20,006 requests would be denied')
})

test('a split is told as the share that would go elsewhere', () => {
  const split = HttpRoute.parse({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: {
      parentRefs: [{ ...target, port: 8080 }],
      rules: [
        {
          backendRefs: [
            { name: 'payments', port: 8080, weight: 75 },
            { name: 'payments-v2', port: 8080, weight: 25 },
          ],
        },
      ],
    },
  })

  const { edge } = run(split, Array.from({ length: 20 }, () => both('/charge')).flat())

  expect(edge).toMatchObject({
    requests: 40,
    rerouted: 10,
    places: [
      { name: 'shop/payments v1', before: 40, after: 30 },
      { name: 'shop/payments-v2, which has no instance', before: 0, after: 10 },
    ],
  })
})

test('a first split that sends to each version what it gets already changes where nothing goes, and another only the rest', () => {
  const { catalog } = mesh
  const versions = {
    ...mesh,
    catalog: {
      ...catalog,
      services: [...catalog.services, service('shop', 'payments-v1', { app: 'payments', version: 'v1' })],
      workloads: [...catalog.workloads, workload('shop', 'payments', 'v2', '10.0.0.3')],
    },
  }
  const split = (v1: number, v2: number) =>
    HttpRoute.parse({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'payments', namespace: 'shop' },
      spec: {
        parentRefs: [{ ...target, port: 8080 }],
        rules: [
          {
            backendRefs: [
              { name: 'payments-v1', port: 8080, weight: v1 },
              { name: 'payments-v2', port: 8080, weight: v2 },
            ],
          },
        ],
      },
    })
  const records = Array.from({ length: 20 }, () => both('/charge')).flat()

  const same = run(split(50, 50), records, 'heddle', versions)
  const most = run(split(90, 10), records, 'heddle', versions)

  expect(same.edge).toMatchObject({ requests: 40, rerouted: 0, places: [] })
  expect(most.edge).toMatchObject({ requests: 40, rerouted: 16 })
  expect(most.result.sentence).toContain('shop/payments v1 50 % → 90 %, shop/payments v2 50 % → 10 %')
})

test('a timeout is told for the requests that took longer, beside what else changes', () => {
  const route = (request: string, weight: number) =>
    HttpRoute.parse({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'payments', namespace: 'shop' },
      spec: {
        parentRefs: [{ ...target, port: 8080 }],
        rules: [
          {
            backendRefs: [
              { name: 'payments', port: 8080, weight: 100 - weight },
              { name: 'payments-v2', port: 8080, weight },
            ],
            timeouts: { request },
          },
        ],
      },
    })
  const taking = (durationMs: number) => Array.from({ length: 10 }, () => both('/charge', { durationMs })).flat()

  const short = run(route('20ms', 25), [...taking(5), ...taking(50)])
  const long = run(route('10s', 0), [...taking(5), ...taking(50)])

  expect(short.edge).toMatchObject({ requests: 40, newlyTimedOut: 20, rerouted: 10, otherwiseChanged: 40 })
  expect(short.edge?.samples.map(({ after }) => after)).toContain('elsewhere in 25 %, timed out, other settings')
  expect(short.result.sentence).toContain('50 % of 40 requests would take longer than they may')
  expect(long.edge).toMatchObject({ newlyTimedOut: 0, otherwiseChanged: 40 })
})

test('what hangs on a header that nobody recorded cannot be told, and is not called unchanged', () => {
  const byHeader = AuthorizationPolicy.parse({
    ...deny,
    spec: { ...deny.spec, rules: [{ when: [{ key: 'request.headers[x-team]', values: ['red'] }] }] },
  })

  const { edge, result } = run(byHeader, both('/charge'))

  expect(edge).toMatchObject({ cannotTell: 2, unchanged: 0, newlyDenied: 0 })
  expect(result.cannotTell[0]?.reason).toContain('x-team')
})

test('without records nothing is claimed', () => {
  expect(run(fault, []).result).toMatchObject({
    records: 0,
    edges: [],
    sentence: expect.stringContaining('nothing can be rehearsed'),
  })
})
