import { fromBinary } from '@bufbuild/protobuf'
import { Cluster_DiscoveryType } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import type { HeldResources } from './held-resources.ts'

/** Endpoints and routes are asked for by name: those that clusters and listeners speak of. Clusters and listeners by "*". */
export function wantedNames({ cluster, listener }: HeldResources): {
  readonly assignment: Set<string>
  readonly route: Set<string>
} {
  const assignment = new Set<string>()
  for (const { message } of cluster.values()) {
    if (message.clusterDiscoveryType.value !== Cluster_DiscoveryType.EDS) continue
    assignment.add(message.edsClusterConfig?.serviceName || message.name)
  }
  const route = new Set<string>()
  for (const { message } of listener.values()) {
    const chains = message.defaultFilterChain
      ? [...message.filterChains, message.defaultFilterChain]
      : message.filterChains
    for (const { filters } of chains)
      for (const { configType } of filters) {
        if (
          configType.case !== 'typedConfig' ||
          !configType.value.typeUrl.endsWith(HttpConnectionManagerSchema.typeName)
        )
          continue
        const { routeSpecifier } = fromBinary(HttpConnectionManagerSchema, configType.value.value)
        if (routeSpecifier.case === 'rds') route.add(routeSpecifier.value.routeConfigName)
      }
  }
  return { assignment, route }
}
