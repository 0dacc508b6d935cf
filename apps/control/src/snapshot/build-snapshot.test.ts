import { fromBinary } from '@bufbuild/protobuf'
import { compileRouteTable } from '@heddle/engine/route/compile-route-table'
import { decodeOverride } from '@heddle/engine/route/decode-override'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import { Cluster_LbPolicy, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildSnapshot } from './build-snapshot.ts'
import {
  exampleCatalog,
  examplePolicies,
  exampleProxy,
  exampleTime,
  meshConfig,
  policies,
  workload,
} from './example-mesh.fixture.ts'
import { nextFaultExpiry } from './fault-window.ts'
import type { Snapshot } from './snapshot.ts'

const proxy = exampleProxy('payments')

test('the same inputs give the same bytes, whatever the order of policies and catalog', () => {
  const config = meshConfig(examplePolicies())
  const catalog = exampleCatalog()
  const shuffled = {
    ...meshConfig(examplePolicies()),
    policies: [...config.policies].reverse(),
    catalog: {
      ...catalog,
      services: [...catalog.services].reverse(),
      workloads: [...catalog.workloads].reverse(),
    },
  }

  for (const dialect of ['heddle', 'envoy', 'grpc'] as const) {
    const one = buildSnapshot(config, { ...proxy, dialect })
    const other = buildSnapshot(shuffled, { ...proxy, dialect })
    expect(versions(other)).toEqual(versions(one))
    expect(other.fingerprint).toBe(one.fingerprint)
  }
})

test('proxies share what they have in common', () => {
  const config = meshConfig(examplePolicies())

  const one = buildSnapshot(config, exampleProxy('payments'))
  const other = buildSnapshot(config, exampleProxy('web', { instanceIps: ['127.1.1.1'] }))

  expect(other.sets.route).toBe(one.sets.route)
  expect(other.sets.endpoint).toBe(one.sets.endpoint)
  expect(other.sets.cluster).toBe(one.sets.cluster)
})

test('instances that come and go change endpoints and nothing else', () => {
  const config = meshConfig(examplePolicies())
  const { catalog } = config
  const workloads = [...catalog.workloads, workload('shop', 'catalog', 'v1', '127.1.2.3')]
  const grown = { ...config, catalog: { ...catalog, sequence: 2, workloads } }

  const before = buildSnapshot(config, exampleProxy('web'))
  const after = buildSnapshot(grown, exampleProxy('web'))

  expect(after.sets.cluster).toBe(before.sets.cluster)
  expect(after.sets.route).toBe(before.sets.route)
  expect(changed(before, after)).toEqual([
    'outbound|8080||catalog.shop.svc.cluster.local',
    'outbound|9090||catalog.shop.svc.cluster.local',
  ])
})

test('a revision that does not concern a proxy changes its label and not its fingerprint', () => {
  const config = meshConfig(examplePolicies())
  const next = { ...config, revision: config.revision + 1 }

  const before = buildSnapshot(config, proxy)
  const after = buildSnapshot(next, proxy)

  expect(after.fingerprint).toBe(before.fingerprint)
  expect(changed(before, after)).toEqual(['inbound|8080', 'outbound_http'])
})

test('our proxies read the revision from every listener; Envoy keeps its listeners over revisions', () => {
  const config = meshConfig(examplePolicies())

  const ours = buildSnapshot(config, proxy)
  const envoys = buildSnapshot(config, { ...proxy, dialect: 'envoy' })
  const envoysNext = buildSnapshot({ ...config, revision: 99 }, { ...proxy, dialect: 'envoy' })

  const labels = [...ours.sets.listener.values()].map(
    ({ bytes }) => fromBinary(ListenerSchema, bytes).metadata?.filterMetadata['heddle.revision'],
  )
  expect(labels).toEqual([{ revision: '9' }, { revision: '9' }])
  expect(versions(envoysNext)).toEqual(versions(envoys))
})

test('a fault is in the route of the workloads that it targets, until it is over', () => {
  const config = meshConfig(examplePolicies())
  const end = nextFaultExpiry(config.policies, exampleTime)

  const now = buildSnapshot(config, proxy)
  const over = buildSnapshot({ ...config, now: end ?? 0 }, proxy)
  const elsewhere = buildSnapshot(config, exampleProxy('web'))

  expect(end).toBe(Date.parse('2026-11-24T13:00:00Z'))
  expect(inbound(now)).toMatch(/slow-charges/)
  expect(inbound(now)).not.toMatch(/FaultInjection\/shop\/over/)
  expect(inbound(over)).not.toMatch(/slow-charges/)
  expect(inbound(elsewhere)).not.toMatch(/slow-charges/)
})

test('a fault without an end gets the default one', () => {
  const [fault] = policies(`
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: x, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, abort: { percentage: 1, httpStatus: 503 } }
`)

  const { policies: versionsOf } = meshConfig(fault ? [fault] : [])

  expect(nextFaultExpiry(versionsOf, exampleTime)).toBe(exampleTime + 30 * 60_000)
})

test.each([
  ['{ httpHeaderName: x-user }', 'RING_HASH', 'header'],
  ['{ httpCookie: { name: sid, ttl: 0s, path: / }, maglev: { tableSize: 1009 } }', 'MAGLEV', 'cookie'],
  ['{ httpQueryParameterName: user, ringHash: { minimumRingSize: 64 } }', 'RING_HASH', 'queryParameter'],
  ['{ useSourceIp: true }', 'RING_HASH', 'connectionProperties'],
] as const)(
  'a rule that hashes by %s balances its cluster so, and hashes on the routes that lead there',
  (hash, lb, by) => {
    const rule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payments, namespace: shop }
spec: { host: payments, trafficPolicy: { loadBalancer: { consistentHash: ${hash} } } }
`
    const { sets } = buildSnapshot(meshConfig(policies(rule)), exampleProxy('web'))
    const decode = (name: string) => fromBinary(ClusterSchema, sets.cluster.get(name)?.bytes ?? new Uint8Array())

    const routes = fromBinary(RouteConfigurationSchema, sets.route.get('outbound_http')?.bytes ?? new Uint8Array())
    const hashed = routes.virtualHosts
      .filter((host) => host.routes.some(({ action }) => action.case === 'route' && action.value.hashPolicy.length > 0))
      .map(({ name }) => name)
    const [first] = routes.virtualHosts.filter(({ name }) => name.startsWith('payments.shop'))
    const action = first?.routes[0]?.action

    expect(decode('outbound|8080||payments.shop.svc.cluster.local').lbPolicy).toBe(Cluster_LbPolicy[lb])
    expect(action?.case === 'route' && action.value.hashPolicy[0]?.policySpecifier.case).toBe(by)
    expect(hashed.every((name) => name.startsWith('payments.shop'))).toBe(true)
    // What goes out is what our proxy takes.
    expect(compileRouteTable(routes, decodeOverride).routeCount).toBeGreaterThan(0)
  },
)

test('a backend that is gone has a cluster without endpoints, so that no route names nothing', () => {
  const config = meshConfig(
    policies(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments }]
  rules: [{ backendRefs: [{ name: ghost, port: 8080 }] }]
`),
  )

  const { sets } = buildSnapshot(config, proxy)

  const name = 'outbound|8080||ghost.shop.svc.cluster.local'
  expect([sets.cluster.has(name), sets.endpoint.has(name)]).toEqual([true, true])
})

test('every cluster that takes its endpoints from us has an assignment, and no assignment is left over', () => {
  const { sets } = buildSnapshot(meshConfig(examplePolicies()), proxy)

  const names = [...sets.cluster.values()]
    .map(({ bytes }) => fromBinary(ClusterSchema, bytes))
    .flatMap(({ edsClusterConfig }) => edsClusterConfig?.serviceName ?? [])
  expect(names.sort()).toEqual([...sets.endpoint.keys()].sort())
})

test('a domain stands once in the routes, and names of services win over claimed ones', () => {
  const { sets } = buildSnapshot(
    meshConfig(
      policies(`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: thief, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: catalog }]
  hostnames: [payments, web.shop, free.example.com]
  rules: [{ backendRefs: [{ name: catalog, port: 8080 }] }]
`),
    ),
    proxy,
  )

  const [routes] = [...sets.route.values()].map(({ bytes }) => fromBinary(RouteConfigurationSchema, bytes))
  const domains = routes?.virtualHosts.flatMap((host) => host.domains) ?? []
  const owner = (domain: string) => routes?.virtualHosts.find((host) => host.domains.includes(domain))?.name
  expect(new Set(domains).size).toBe(domains.length)
  expect(owner('payments')).toBe('payments.shop.svc.cluster.local:8080')
  expect(owner('free.example.com')).toBe('free.example.com:8080')
})

test('a policy that protects a TCP port stands before what serves it, DENY first', () => {
  const tcp = exampleProxy('payments', {
    inbound: [{ port: 5432, protocol: 'tcp', app: { address: '127.0.0.1', port: 1 } }],
  })
  const filtersOf = (objects: readonly PolicyObject[]) => {
    const { bytes } = buildSnapshot(meshConfig(objects), tcp).sets.listener.get('inbound|5432') ?? {}
    const { filterChains } = fromBinary(ListenerSchema, bytes ?? new Uint8Array())
    return filterChains.flatMap(({ filters }) => filters.map(({ name }) => name))
  }

  expect(filtersOf(examplePolicies())).toEqual([
    'heddle.authz.deny',
    'heddle.authz.allow',
    'envoy.filters.network.tcp_proxy',
  ])
  expect(filtersOf([])).toEqual(['envoy.filters.network.tcp_proxy'])
})

test('whatever policies there are, the engine takes the routes', () => {
  fc.assert(
    fc.property(fc.subarray(examplePolicies()), (some) => {
      const { sets } = buildSnapshot(meshConfig(some), proxy)
      for (const { bytes } of sets.route.values()) {
        compileRouteTable(fromBinary(RouteConfigurationSchema, bytes), decodeOverride)
      }
    }),
    { numRuns: 50 },
  )
})

test('gRPC clients find a service by every name it can be dialled by', () => {
  const { sets } = buildSnapshot(meshConfig(examplePolicies()), { ...proxy, dialect: 'grpc' })

  expect([...sets.listener.keys()].filter((name) => name.startsWith('catalog') && name.endsWith(':9090'))).toEqual([
    'catalog.shop.svc.cluster.local:9090',
    'catalog.shop.svc:9090',
    'catalog.shop:9090',
    'catalog:9090',
  ])
  expect(sets.route.has('catalog.shop.svc.cluster.local:9090')).toBe(true)
})

function versions({ sets }: Snapshot): string[] {
  return Object.values(sets).flatMap((set) => [...set.values()].map(({ name, version }) => `${name} ${version}`))
}

function changed(before: Snapshot, after: Snapshot): string[] {
  const known = new Set(versions(before))
  return versions(after)
    .filter((version) => !known.has(version))
    .map((version) => version.split(' ')[0] ?? '')
}

/** The text in the bytes of the inbound listener: enough to see names in it. */
function inbound({ sets }: Snapshot): string {
  return Buffer.from(sets.listener.get('inbound|8080')?.bytes ?? []).toString('latin1')
}

test('for Envoy a policy on a workload changes routes and no listener, which would keep its open connections on the old one', () => {
  const payments = exampleProxy('payments', { dialect: 'envoy' })
  const quiet = meshConfig(policies(''))

  const before = buildSnapshot(quiet, payments)
  const after = buildSnapshot(meshConfig(examplePolicies()), payments)

  expect(versionsOf(after, 'listener')).toEqual(versionsOf(before, 'listener'))
  expect(after.sets.route.get('inbound|8080')?.version).not.toBe(before.sets.route.get('inbound|8080')?.version)
})

function versionsOf({ sets }: Snapshot, type: keyof Snapshot['sets']): string[] {
  return [...sets[type].values()].map(({ version }) => version)
}
