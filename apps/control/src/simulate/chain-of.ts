import { fromBinary } from '@bufbuild/protobuf'
import type { HttpChainPolicy } from '@heddle/engine/explain/possible-outcomes'
import { compileHttpFilters } from '@heddle/engine/filter/compile-http-filters'
import { compileRouteTable } from '@heddle/engine/route/compile-route-table'
import { decodeOverride } from '@heddle/engine/route/decode-override'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import {
  type HttpConnectionManager,
  HttpConnectionManagerSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import type { Snapshot } from '../snapshot/snapshot.ts'

/**
 * What a proxy would decide with in one of its listeners, compiled from the very bytes that it is sent. Undefined: it has no
 * such listener, or one that passes bytes on unread.
 */
export function chainOf({ sets }: Pick<Snapshot, 'sets'>, listener: string): HttpChainPolicy | undefined {
  const resource = sets.listener.get(listener)
  if (resource === undefined) return undefined
  const message = fromBinary(ListenerSchema, resource.bytes)
  for (const filter of message.filterChains.flatMap(({ filters }) => filters)) {
    if (filter.configType.case !== 'typedConfig') continue
    const { typeUrl, value } = filter.configType.value
    if (!typeUrl.endsWith(HttpConnectionManagerSchema.typeName)) continue
    const manager = fromBinary(HttpConnectionManagerSchema, value)
    const routes = routesOf(manager, sets)
    if (routes === undefined) return undefined
    return {
      routes: compileRouteTable(routes, decodeOverride),
      filters: compileHttpFilters(manager.httpFilters, message.metadata, listener),
    }
  }
  return undefined
}

function routesOf({ routeSpecifier }: HttpConnectionManager, sets: Snapshot['sets']): RouteConfiguration | undefined {
  if (routeSpecifier.case === 'routeConfig') return routeSpecifier.value
  if (routeSpecifier.case !== 'rds') return undefined
  const resource = sets.route.get(routeSpecifier.value.routeConfigName)
  return resource && fromBinary(RouteConfigurationSchema, resource.bytes)
}
