import type { MessageInitShape } from '@bufbuild/protobuf'
import type { ConsistentHash } from '@heddle/shared/model/consistent-hash'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import type {
  RouteAction_HashPolicySchema,
  RouteActionSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { serviceKey } from '../catalog/catalog-index.ts'
import { destinationSettings } from './destination-settings.ts'
import type { MeshView } from './mesh-view.ts'
import { outboundCluster } from './resource-names.ts'
import type { RouteInit } from './to-routes.ts'
import { duration } from './xds-values.ts'

type HashPolicyInit = MessageInitShape<typeof RouteAction_HashPolicySchema>

/** What the requests to each cluster are hashed by, of those that are balanced so. */
export function hashPolicies(view: MeshView): ReadonlyMap<string, HashPolicyInit> {
  const found = new Map<string, HashPolicyInit>()
  for (const { metadata, spec } of view.services) {
    const rule = view.ruleByHost.get(serviceKey(metadata.namespace, metadata.name))
    if (rule === undefined) continue
    for (const { port } of spec.ports) {
      const hash = destinationSettings(rule, port).consistentHash.value
      if (hash !== undefined) found.set(outboundCluster(metadata.name, metadata.namespace, port), toHashPolicy(hash))
    }
  }
  return found
}

/** A destination's rule says how it is balanced; a request is hashed by the route that leads there. */
export function withHashPolicies(routes: RouteInit[], policies: ReadonlyMap<string, HashPolicyInit>): RouteInit[] {
  if (policies.size === 0) return routes
  return routes.map((route) => {
    if (route.action.case !== 'route') return route
    const hashPolicy = clustersOf(route.action.value).flatMap((cluster) => policies.get(cluster) ?? [])
    if (hashPolicy.length === 0) return route
    // A hash names the same instance at each try: there is no other to look for.
    const { retryPolicy } = route.action.value
    const value = {
      ...route.action.value,
      ...(retryPolicy && {
        retryPolicy: { ...retryPolicy, retryHostPredicate: [], hostSelectionRetryMaxAttempts: 0n },
      }),
      hashPolicy,
    } as MessageInitShape<typeof RouteActionSchema> // an action with other fields is an action still
    return { ...route, action: { case: 'route', value } }
  })
}

function clustersOf({ clusterSpecifier }: MessageInitShape<typeof RouteActionSchema>): string[] {
  switch (clusterSpecifier?.case) {
    case 'cluster':
      return [clusterSpecifier.value]
    case 'weightedClusters':
      return (clusterSpecifier.value.clusters ?? []).flatMap(({ name }) => name ?? [])
    default:
      return []
  }
}

function toHashPolicy({ httpHeaderName, httpCookie, httpQueryParameterName }: ConsistentHash): HashPolicyInit {
  if (httpHeaderName !== undefined) {
    return { policySpecifier: { case: 'header', value: { headerName: httpHeaderName } } }
  }
  if (httpCookie !== undefined) {
    const { name, path, ttl } = httpCookie
    return {
      policySpecifier: {
        case: 'cookie',
        value: { name, ttl: duration(parseDuration(ttl) ?? 0), ...(path === undefined ? {} : { path }) },
      },
    }
  }
  if (httpQueryParameterName !== undefined) {
    return { policySpecifier: { case: 'queryParameter', value: { name: httpQueryParameterName } } }
  }
  return { policySpecifier: { case: 'connectionProperties', value: { sourceIp: true } } }
}
