import { fromBinary } from '@bufbuild/protobuf'
import { Cluster_DiscoveryType } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { Filter } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import type { HeldResources, NamedKind } from './held-resources.ts'
import { secretNames } from './secret-names.ts'

/**
 * Endpoints, routes and secrets are asked for by name: those that clusters and listeners speak of, and `fixedSecrets`, of
 * which the bootstrap speaks. Clusters and listeners by "*".
 */
export function wantedNames(
  { cluster, listener }: HeldResources,
  fixedSecrets?: ReadonlySet<string>,
): Readonly<Record<NamedKind, Set<string>>> {
  const assignment = new Set<string>()
  const secret = new Set<string>(fixedSecrets)
  for (const { message } of cluster.values()) {
    for (const name of secretNames(message.transportSocket)) secret.add(name)
    if (message.clusterDiscoveryType.value !== Cluster_DiscoveryType.EDS) continue
    assignment.add(message.edsClusterConfig?.serviceName || message.name)
  }
  const route = new Set<string>()
  for (const { message } of listener.values()) {
    const chains = message.defaultFilterChain
      ? [...message.filterChains, message.defaultFilterChain]
      : message.filterChains
    for (const { filters, transportSocket } of chains) {
      for (const name of secretNames(transportSocket)) secret.add(name)
      for (const filter of filters) {
        const name = routeName(filter)
        if (name !== undefined) route.add(name)
      }
    }
  }
  return { assignment, route, secret }
}

/** What cannot be read names nothing: the listener is refused for it when it is built, and the stream goes on. */
function routeName({ configType }: Filter): string | undefined {
  if (configType.case !== 'typedConfig') return undefined
  const { typeUrl, value } = configType.value
  if (!typeUrl.endsWith(HttpConnectionManagerSchema.typeName)) return undefined
  try {
    const { routeSpecifier } = fromBinary(HttpConnectionManagerSchema, value)
    return routeSpecifier.case === 'rds' ? routeSpecifier.value.routeConfigName : undefined
  } catch {
    return undefined
  }
}
