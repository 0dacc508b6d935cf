import { fromBinary } from '@bufbuild/protobuf'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { ProxyProtocolConfig_Version as Version } from '@heddle/shared/xds/generated/envoy/config/core/v3/proxy_protocol_pb'
import type { ListenerFilter } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { HttpInspectorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb'
import { OriginalDstSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/original_dst/v3/original_dst_pb'
import {
  type ProxyProtocol,
  ProxyProtocolSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol_pb'
import { TlsInspectorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { ListenerFilters } from './listener-config.ts'

const defaultTimeoutMs = 15_000

/** `listener_filters`, in whatever order they stand: a PROXY header always comes first. */
export function decodeListenerFilters(message: Listener): ListenerFilters | undefined {
  // `original_dst` reads no bytes: decode-original-destination-use.ts.
  if (message.listenerFilters.every(isOriginalDst)) return undefined
  let proxyProtocol: ListenerFilters['proxyProtocol']
  let tls = false
  let http = false
  for (const [index, filter] of message.listenerFilters.entries()) {
    const path = `listener_filters[${index}]`
    if (filter.filterDisabled !== undefined) throw new ResourceRejected(`${path}.filter_disabled`, 'not supported yet')
    if (filter.configType.case !== 'typedConfig') throw new ResourceRejected(`${path}.typed_config`, 'is required')
    const { typeUrl, value } = filter.configType.value
    switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
      case ProxyProtocolSchema.typeName:
        proxyProtocol = decodeProxyProtocol(fromBinary(ProxyProtocolSchema, value), `${path}.typed_config`)
        break
      case TlsInspectorSchema.typeName: {
        const inspector = fromBinary(TlsInspectorSchema, value)
        const supported = new Set(['initial_read_buffer_size'])
        refuseUnsupported(TlsInspectorSchema, inspector, supported, `${path}.typed_config`)
        tls = true
        break
      }
      case HttpInspectorSchema.typeName:
        http = true
        break
      case OriginalDstSchema.typeName:
        break
      default:
        throw new ResourceRejected(path, `listener filter ${typeUrl} is not supported yet`)
    }
  }
  const timeoutMs = durationMs(message.listenerFiltersTimeout) ?? defaultTimeoutMs
  return {
    proxyProtocol,
    tls,
    http,
    timeoutMs: timeoutMs === 0 ? Number.MAX_SAFE_INTEGER : timeoutMs,
    continuesOnTimeout: message.continueOnListenerFiltersTimeout,
  }
}

/** Whether a listener's filter restores where a connection was going; what else it says is checked here, when it does. */
export function isOriginalDst({ configType, filterDisabled }: ListenerFilter): boolean {
  const typeUrl = configType.case === 'typedConfig' ? configType.value.typeUrl : ''
  return filterDisabled === undefined && typeUrl.endsWith(`/${OriginalDstSchema.typeName}`)
}

function decodeProxyProtocol(message: ProxyProtocol, path: string): NonNullable<ListenerFilters['proxyProtocol']> {
  const supported = new Set(['allow_requests_without_proxy_protocol', 'disallowed_versions', 'stat_prefix'])
  refuseUnsupported(ProxyProtocolSchema, message, supported, path)
  const refusedVersions = message.disallowedVersions.map((version) => (version === Version.V1 ? 1 : 2))
  if (new Set(refusedVersions).size > 1) throw new ResourceRejected(`${path}.disallowed_versions`, 'leaves no version')
  return { isOptional: message.allowRequestsWithoutProxyProtocol, refusedVersions }
}
