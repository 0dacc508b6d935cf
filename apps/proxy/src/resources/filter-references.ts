import { fromBinary } from '@bufbuild/protobuf'
import type { ConfigSource } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import type { Filter, FilterChain } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { TcpProxySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { clustersOfTable } from '../config/route-clusters.ts'

/** What a network filter names that comes from elsewhere. */
export type FilterReferences = {
  readonly rds: { readonly name: string; readonly source: ConfigSource | undefined } | undefined
  /** Of its own routes, or where it sends its connections. */
  readonly clusters: ReadonlySet<string>
}

const none: FilterReferences = { rds: undefined, clusters: new Set() }
const known = new WeakMap<Filter, FilterReferences>()

/** Nothing of a filter that cannot be read: its listener is refused for it when it is built. */
export function filterReferences(filter: Filter): FilterReferences {
  let references = known.get(filter)
  if (references === undefined) {
    references = read(filter)
    known.set(filter, references)
  }
  return references
}

export function chainsOf({ filterChains, defaultFilterChain }: Listener): readonly FilterChain[] {
  return defaultFilterChain === undefined ? filterChains : [...filterChains, defaultFilterChain]
}

function read({ configType }: Filter): FilterReferences {
  if (configType.case !== 'typedConfig') return none
  const { typeUrl, value } = configType.value
  try {
    switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
      case HttpConnectionManagerSchema.typeName: {
        const { routeSpecifier } = fromBinary(HttpConnectionManagerSchema, value)
        if (routeSpecifier.case === 'routeConfig') return { ...none, clusters: clustersOfTable(routeSpecifier.value) }
        if (routeSpecifier.case !== 'rds') return none
        return {
          ...none,
          rds: { name: routeSpecifier.value.routeConfigName, source: routeSpecifier.value.configSource },
        }
      }
      case TcpProxySchema.typeName: {
        const { clusterSpecifier: target } = fromBinary(TcpProxySchema, value)
        if (target.case === 'cluster') return { ...none, clusters: new Set([target.value]) }
        if (target.case !== 'weightedClusters') return none
        return { ...none, clusters: new Set(target.value.clusters.map(({ name }) => name)) }
      }
      default:
        return none
    }
  } catch {
    return none
  }
}
