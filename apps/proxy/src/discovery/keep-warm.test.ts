import { createRegistry, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { expect, test } from 'vitest'
import type { ResourceKind } from '../config/build-config.ts'
import { decodeHeld, type Held, type HeldResources, noResources } from '../resources/held-resources.ts'
import { keepWarm, type Waiting } from './keep-warm.ts'

const registry = createRegistry(...typedExtensions)
const ads = { ads: {}, resource_api_version: 'V3' }
const nothing: Waiting = {
  clusters: false,
  assignment: new Set(),
  route: new Set(),
  runtime: new Set(),
  overdue: new Set(),
}
const parting = (...names: string[]) => ({ names: new Set(names), isFixed: (name: string) => name === 'fixed' })
const schemas = {
  cluster: ClusterSchema,
  assignment: ClusterLoadAssignmentSchema,
  listener: ListenerSchema,
  route: RouteConfigurationSchema,
} as const

test('a cluster waits for its endpoints, and what does not name it goes on', () => {
  const held = holding(eds('old'), eds('new'), table('routes', 'old'), listener('in', 'routes'))

  const settled = keepWarm(held, noResources, { ...nothing, assignment: new Set(['new']) })

  expect(namesOf(settled)).toEqual({ cluster: ['old'], route: ['routes'], listener: ['in'] })
})

test('routes and listeners that name a new cluster wait for its endpoints, with what they name instead', () => {
  const before = holding(
    eds('old'),
    endpoints('old'),
    table('routes', 'old'),
    listener('in', 'routes'),
    tcp('t', 'old'),
  )
  const next = holding(eds('new'), table('routes', 'new'), listener('in', 'routes'), tcp('t', 'new'))

  const settled = keepWarm(next, before, { ...nothing, assignment: new Set(['new']) })

  expect(settled.route.get('routes')).toBe(before.route.get('routes'))
  expect(settled.listener.get('t')).toBe(before.listener.get('t'))
  expect(namesOf(settled).cluster).toEqual(['old'])
  expect([...settled.assignment.keys()]).toEqual(['old'])
})

test('a cluster that is taken away while another one is on its way goes on as long as routes name it', () => {
  const before = holding(eds('old'), endpoints('old'), table('routes', 'old'), listener('in', 'routes'))
  const next = holding(eds('new'), table('routes', 'old'), listener('in', 'routes'))

  const meanwhile = keepWarm(next, before, { ...nothing, assignment: new Set(['new']) })
  const later = keepWarm(next, meanwhile, nothing)

  expect(namesOf(meanwhile).cluster).toEqual(['old'])
  expect(namesOf(later).cluster).toEqual(['new'])
})

test('a cluster that has just been taken away goes on as long as routes name it, and no other does', () => {
  const before = holding(eds('old'), endpoints('old'), eds('idle'), table('routes', 'old'), listener('in', 'routes'))
  const next = holding(eds('new'), endpoints('new'), table('routes', 'old'), listener('in', 'routes'))
  const moved = holding(eds('new'), endpoints('new'), table('routes', 'new'), listener('in', 'routes'))

  const meanwhile = keepWarm(next, before, nothing, parting('old', 'idle'))
  const routed = keepWarm(moved, meanwhile, nothing, parting('old', 'idle'))
  const later = keepWarm(next, meanwhile, nothing)

  expect(namesOf(meanwhile).cluster).toEqual(['new', 'old'])
  expect([...meanwhile.assignment.keys()]).toEqual(['new', 'old'])
  expect(namesOf(routed).cluster).toEqual(['new'])
  expect(namesOf(later).cluster).toEqual(['new'])
})

test('routes that name a cluster which is yet to come wait while the one they named before is parting', () => {
  const before = holding(eds('old'), endpoints('old'), table('routes', 'old'), listener('in', 'routes'))
  const next = holding(table('routes', 'later'), listener('in', 'routes'))
  const toFixed = holding(table('routes', 'fixed'), listener('in', 'routes'))

  const meanwhile = keepWarm(next, before, nothing, parting('old'))
  const ofAnother = keepWarm(next, before, nothing, parting('another'))
  const fixed = keepWarm(toFixed, before, nothing, parting('old'))

  expect(meanwhile.route.get('routes')).toBe(before.route.get('routes'))
  expect(namesOf(meanwhile).cluster).toEqual(['old'])
  expect(ofAnother.route.get('routes')).toBe(next.route.get('routes'))
  expect(fixed.route.get('routes')).toBe(toFixed.route.get('routes'))
})

test('routes that name a cluster which has just been taken away, and serves no more, wait for others', () => {
  const before = holding(eds('now'), endpoints('now'), table('routes', 'now'), listener('in', 'routes'))
  const next = holding(eds('now'), endpoints('now'), table('routes', 'over'), listener('in', 'routes'))

  const meanwhile = keepWarm(next, before, nothing, parting('over'))
  const later = keepWarm(next, meanwhile, nothing)

  expect(meanwhile.route.get('routes')).toBe(before.route.get('routes'))
  expect(later.route.get('routes')).toBe(next.route.get('routes'))
})

test('a listener that goes over to routes which name a cluster that has just been taken away stays with those it has', () => {
  const before = holding(eds('now'), endpoints('now'), table('routes', 'now'), listener('in', 'routes'))
  const next = holding(eds('now'), endpoints('now'), table('others', 'over'), listener('in', 'others'))

  const meanwhile = keepWarm(next, before, nothing, parting('over'))
  const later = keepWarm(next, meanwhile, nothing)

  expect(meanwhile.listener.get('in')).toBe(before.listener.get('in'))
  expect(namesOf(meanwhile).route).toEqual(['routes'])
  expect(later.listener.get('in')).toBe(next.listener.get('in'))
})

test('a cluster of the same name goes on as it was until the endpoints of the new one are there', () => {
  const before = holding(eds('a'), endpoints('a'), table('routes', 'a'), listener('in', 'routes'))
  const next = holding(eds('a', 'elsewhere'), table('routes', 'a'), listener('in', 'routes'))

  const settled = keepWarm(next, before, { ...nothing, assignment: new Set(['elsewhere']) })

  expect(settled.cluster.get('a')).toBe(before.cluster.get('a'))
  expect(settled.assignment.get('a')).toBe(before.assignment.get('a'))
  expect(settled.route.get('routes')).toBe(next.route.get('routes'))
})

test('a listener waits for its routes; before it has any it is not there, later it is as it was', () => {
  const next = holding(listener('in', 'late'))
  const before = holding(listener('in', 'routes'), table('routes', 'a'))
  const waiting = { ...nothing, route: new Set(['late']) }

  const first = keepWarm(next, noResources, waiting)
  const later = keepWarm(next, before, waiting)

  expect([...first.listener.keys()]).toEqual([])
  expect(later.listener.get('in')).toBe(before.listener.get('in'))
  expect([...later.route.keys()]).toEqual(['routes'])
})

test('endpoints that are long overdue hold back their own cluster, and nothing else', () => {
  const held = holding(eds('never'), table('routes', 'never'), listener('in', 'routes'))
  const waiting = { ...nothing, assignment: new Set(['never']), overdue: new Set(['never']) }

  const settled = keepWarm(held, noResources, waiting)

  expect(namesOf(settled)).toEqual({ cluster: [], route: ['routes'], listener: ['in'] })
})

test('no listener begins before the first list of clusters', () => {
  const held = holding(table('routes', 'a'), listener('in', 'routes'))

  expect([...keepWarm(held, noResources, { ...nothing, clusters: true }).listener.keys()]).toEqual([])
  expect(keepWarm(held, noResources, nothing)).toBe(held)
})

type One = {
  readonly kind: Exclude<ResourceKind, 'secret' | 'runtime'>
  readonly name: string
  readonly json: JsonValue
}

function holding(...all: readonly One[]): HeldResources {
  const held = { cluster: new Map(), assignment: new Map(), listener: new Map(), route: new Map() }
  for (const { kind, name, json } of all) held[kind].set(name, heldOf(kind, json))
  return { ...noResources, ...held }
}

function heldOf(kind: One['kind'], json: JsonValue): Held {
  const schema = schemas[kind] as typeof ClusterSchema // or another of them
  return decodeHeld(kind, '1', toBinary(schema, fromJson(schema, json, { registry })))
}

function eds(name: string, service_name = ''): One {
  return { kind: 'cluster', name, json: { name, type: 'EDS', eds_cluster_config: { eds_config: ads, service_name } } }
}

function endpoints(name: string): One {
  return { kind: 'assignment', name, json: { cluster_name: name } }
}

function table(name: string, cluster: string): One {
  const routes = [{ match: { prefix: '/' }, route: { cluster } }]
  return { kind: 'route', name, json: { name, virtual_hosts: [{ name: 'all', domains: ['*'], routes }] } }
}

function listener(name: string, routes: string): One {
  const rds = { route_config_name: routes, config_source: ads }
  return listening(name, 'http_connection_manager.v3.HttpConnectionManager', { rds })
}

function tcp(name: string, cluster: string): One {
  return listening(name, 'tcp_proxy.v3.TcpProxy', { cluster })
}

function listening(name: string, filter: string, config: Record<string, JsonValue>): One {
  const type = `type.googleapis.com/envoy.extensions.filters.network.${filter}`
  const filters = [{ name: 'only', typed_config: { '@type': type, stat_prefix: name, ...config } }]
  return { kind: 'listener', name, json: { name, filter_chains: [{ filters }] } }
}

function namesOf({ cluster, route, listener }: HeldResources) {
  return { cluster: [...cluster.keys()], route: [...route.keys()], listener: [...listener.keys()] }
}
