import type { Service } from '@heddle/shared/model/service'
import type { Catalog } from '../catalog/catalog.ts'
import { resourceSet } from './encode-resource.ts'
import { grpcResources } from './grpc-resources.ts'
import type { MeshConfig, PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'
import { outboundDestinations } from './outbound-destinations.ts'
import { outboundRoutes } from './outbound-routes.ts'
import type { Dialect } from './proxy-description.ts'
import type { ResourceSet } from './snapshot.ts'
import { toAssignment } from './to-assignment.ts'
import { toCluster } from './to-cluster.ts'

/** What all proxies of one dialect in one namespace have in common. */
export type SharedSets = {
  readonly clusters: ResourceSet
  readonly endpoints: ResourceSet
  readonly routes: ResourceSet
  /** gRPC clients only; the listeners of sidecars are their own. */
  readonly listeners: ResourceSet
}

type Group = { readonly dialect: Dialect; readonly namespace: string }

/**
 * Builds each set once. The keys are the identities of the immutable inputs that a set depends on: instances that come
 * and go make new endpoints, and leave clusters and routes the very same sets.
 */
export function sharedSets(view: MeshView, { dialect, namespace }: Group): SharedSets {
  const { policies, catalog } = view.config
  const ofPolicies = memoOf(memos, policies, () => ({ byServices: new WeakMap(), byCatalog: new WeakMap() }))
  const outbound = memoOf(ofPolicies.byServices, catalog.services, () => new Map())
  const once = (key: string, make: () => ResourceSet) => onceIn(outbound, key, make)

  const clusters = once(`clusters ${dialect}`, () =>
    resourceSet(outboundDestinations(view).map((destination) => toCluster(view, destination, dialect))),
  )
  const endpoints = onceIn(
    memoOf(ofPolicies.byCatalog, catalog, () => new Map<string, ResourceSet>()),
    'endpoints',
    () => resourceSet(outboundDestinations(view).map((destination) => toAssignment(view, destination))),
  )
  if (dialect !== 'grpc') {
    const routes = once(`routes ${namespace}`, () => resourceSet([outboundRoutes(view, namespace)]))
    return { clusters, endpoints, routes, listeners: noListeners }
  }
  // A client injects the faults of services without sidecars, so its routes depend on instances and on the time as well.
  const ofView = memoOf(grpcMemos, view.config, () => new Map<string, ResourceSet>())
  const routes = onceIn(ofView, `routes ${namespace}`, () => resourceSet(grpcResources(view, namespace).routes))
  const listeners = once(`listeners ${namespace}`, () => resourceSet(grpcResources(view, namespace).listeners))
  return { clusters, endpoints, routes, listeners }
}

const noListeners: ResourceSet = new Map()

type Sets = Map<string, ResourceSet>
type PolicyMemo = {
  readonly byServices: WeakMap<readonly Service[], Sets>
  readonly byCatalog: WeakMap<Catalog, Sets>
}
const memos = new WeakMap<readonly PolicyVersion[], PolicyMemo>()
const grpcMemos = new WeakMap<MeshConfig, Sets>()

function memoOf<Key extends object, Value>(memo: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  let value = memo.get(key)
  if (value === undefined) {
    value = make()
    memo.set(key, value)
  }
  return value
}

function onceIn(sets: Sets, key: string, make: () => ResourceSet): ResourceSet {
  let set = sets.get(key)
  if (set === undefined) {
    set = make()
    sets.set(key, set)
  }
  return set
}
