import { fromBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import type { EnabledFilter } from '@heddle/engine/filter/http-filter'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { FilterConfigSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import {
  type LocalRateLimit,
  LocalRateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import type { ListenerConfig } from './listener-config.ts'

const reason = 'the bootstrap names no cluster that this proxy is part of (cluster_manager.local_cluster_name)'

/** `local_cluster_rate_limit` of a listener's filters, where nobody says which cluster shares it. */
export function refuseShareOfNothing({ chains, defaultChain }: ListenerConfig): void {
  for (const { network } of defaultChain === undefined ? chains : [...chains, defaultChain]) {
    if (network.kind !== 'http') continue
    for (const filter of network.filters) refuseFilter(filter.kind === 'disabled' ? filter.filter : filter)
  }
}

function refuseFilter(filter: EnabledFilter): void {
  if (filter.kind !== 'local-rate-limit' || !filter.limit.isOfCluster) return
  throw new ResourceRejected(`http_filters["${filter.name}"].typed_config.local_cluster_rate_limit`, reason)
}

type PerFilter = RouteConfiguration['typedPerFilterConfig']

const passed = new WeakSet<RouteConfiguration>()

/** The same of what routes say of such a filter, on every level. */
export function refuseRoutedShareOfNothing(message: RouteConfiguration): void {
  if (passed.has(message)) return
  refuseOf(message.typedPerFilterConfig, '')
  for (const [hostIndex, { typedPerFilterConfig, routes }] of message.virtualHosts.entries()) {
    const host = `virtual_hosts[${hostIndex}].`
    refuseOf(typedPerFilterConfig, host)
    for (const [index, { typedPerFilterConfig: own, action }] of routes.entries()) {
      refuseOf(own, `${host}routes[${index}].`)
      const target = action.case === 'route' ? action.value.clusterSpecifier : undefined
      if (target?.case !== 'weightedClusters') continue
      for (const [each, { typedPerFilterConfig: of }] of target.value.clusters.entries()) {
        refuseOf(of, `${host}routes[${index}].route.weighted_clusters.clusters[${each}].`)
      }
    }
  }
  passed.add(message)
}

function refuseOf(configs: PerFilter, at: string): void {
  for (const name in configs) {
    const config = configs[name]
    if (config === undefined || limitOf(config)?.localClusterRateLimit === undefined) continue
    throw new ResourceRejected(`${at}typed_per_filter_config["${name}"].local_cluster_rate_limit`, reason)
  }
}

function limitOf({ typeUrl, value }: Any): LocalRateLimit | undefined {
  switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
    case LocalRateLimitSchema.typeName:
      return fromBinary(LocalRateLimitSchema, value)
    case FilterConfigSchema.typeName: {
      const { config } = fromBinary(FilterConfigSchema, value)
      return config && limitOf(config)
    }
    default:
      return undefined
  }
}
