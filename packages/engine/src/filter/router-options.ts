import { fromBinary } from '@bufbuild/protobuf'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import type { HttpFilter as HttpFilterMessage } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'

/** `suppress_envoy_headers` of the router, which is the last filter: nobody is told what only Envoy's headers tell. */
export function suppressesEnvoyHeaders(filters: readonly HttpFilterMessage[]): boolean {
  const config = filters.at(-1)?.configType
  if (config?.case !== 'typedConfig' || !config.value.typeUrl.endsWith(RouterSchema.typeName)) return false
  return fromBinary(RouterSchema, config.value.value).suppressEnvoyHeaders
}
