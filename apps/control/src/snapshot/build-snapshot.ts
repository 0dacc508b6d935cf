import { create, toBinary } from '@bufbuild/protobuf'
import { MetadataSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { encodeResource, hashOf, resourceSet } from './encode-resource.ts'
import { inboundWorkload, speaksHttp2 } from './inbound-cluster.ts'
import { inboundListeners } from './inbound-listeners.ts'
import { inboundRouteResources } from './inbound-routes.ts'
import type { MeshConfig } from './mesh-config.ts'
import { type MeshView, viewOf } from './mesh-view.ts'
import { outboundListener } from './outbound-listener.ts'
import type { ProxyDescription } from './proxy-description.ts'
import { type SharedSets, sharedSets } from './shared-sets.ts'
import type { EncodedResource, ResourceSet, Snapshot } from './snapshot.ts'

/**
 * Everything that one proxy is told, from the policies of a revision, the catalog and the proxy's description.
 *
 * Pure: the same inputs give the same bytes, on every replica and after every restart. What proxies have in common is
 * built once for all of them:
 *
 *     policies + services ──→ clusters, routes by caller's namespace   shared
 *     catalog ─────────────→ endpoints                                 shared
 *     proxy + policies ────→ its listeners, its inbound clusters       its own
 *                            and, for Envoy, its inbound routes
 */
export function buildSnapshot(config: MeshConfig, proxy: ProxyDescription): Snapshot {
  const view = viewOf(config)
  const shared = sharedSets(view, proxy)
  if (proxy.dialect === 'grpc') {
    const { clusters, endpoints, routes, listeners } = shared
    return {
      revision: config.revision,
      sets: { cluster: clusters, endpoint: endpoints, listener: listeners, route: routes },
      fingerprint: fingerprintOf([clusters, routes, listeners]),
    }
  }

  const clusters = withInbound(view, shared, proxy)
  const messages = listenersOf(view, proxy)
  const routes = routesOf(view, shared, proxy)
  return {
    revision: config.revision,
    sets: {
      cluster: clusters,
      endpoint: shared.endpoints,
      listener: resourceSet(messages.map((listener) => encodeListener(listener, config.revision, proxy))),
      route: routes,
    },
    fingerprint: fingerprintOf([clusters, routes], messages),
  }
}

const noRoutes: ResourceSet = new Map()

function listenersOf(view: MeshView, proxy: ProxyDescription): Listener[] {
  return [...inboundListeners(view, proxy), ...(proxy.outbound ? [outboundListener(proxy, proxy.outbound)] : [])]
}

/**
 * Our proxy reads the revision it runs from the listener. Envoy does not, and would replace the listener and drain its
 * connections for every revision, so it gets none.
 */
function encodeListener(listener: Listener, revision: number, proxy: ProxyDescription): EncodedResource {
  if (proxy.dialect !== 'heddle') return encodeResource(ListenerSchema, listener.name, listener)
  const metadata = create(MetadataSchema, {
    filterMetadata: { 'heddle.revision': { revision: String(revision) } },
  })
  return encodeResource(ListenerSchema, listener.name, { ...listener, metadata })
}

const merged = new WeakMap<ResourceSet, Map<string, ResourceSet>>()

/** The clusters that everyone has and the proxy's own; the same set for the same inputs, because sets are cache keys. */
function withInbound(view: MeshView, { clusters }: SharedSets, proxy: ProxyDescription): ResourceSet {
  if (proxy.inbound.length === 0) return clusters
  let byInbound = merged.get(clusters)
  if (!byInbound) {
    byInbound = new Map()
    merged.set(clusters, byInbound)
  }
  const own = proxy.inbound.map((inbound) => inboundWorkload(inbound, speaksHttp2(view, proxy, inbound)))
  const key = JSON.stringify(own.map(({ name, version }) => [name, version]))
  let set = byInbound.get(key)
  if (!set) {
    set = new Map([...clusters, ...resourceSet(own)])
    byInbound.set(key, set)
  }
  return set
}

/** The routes of the workload's own requests and, for Envoy, of those that come to it. */
function routesOf(view: MeshView, { routes }: SharedSets, proxy: ProxyDescription): ResourceSet {
  // A proxy without outbound listener asks for no such routes, and is not affected by their change.
  const outbound = proxy.outbound ? routes : noRoutes
  if (proxy.dialect !== 'envoy') return outbound
  return new Map([...outbound, ...resourceSet(inboundRouteResources(view, proxy))])
}

function fingerprintOf(sets: readonly ResourceSet[], listeners: readonly Listener[] = []): string {
  return hashOf(
    JSON.stringify([
      sets.map(hashOfSet),
      listeners.map((listener) => [listener.name, hashOf(toBinary(ListenerSchema, listener))]),
    ]),
  )
}

const hashes = new WeakMap<ResourceSet, string>()

function hashOfSet(set: ResourceSet): string {
  const known = hashes.get(set)
  if (known !== undefined) return known
  const hash = hashOf(JSON.stringify([...set.values()].map(({ name, version }) => [name, version])))
  hashes.set(set, hash)
  return hash
}
