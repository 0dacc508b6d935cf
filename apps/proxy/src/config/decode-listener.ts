import { fromBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { type Metadata, TrafficDirection } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type FilterChain as FilterChainMessage,
  FilterChainSchema,
} from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { type Listener, ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { ConfigSchema as DirectResponseSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/direct_response/v3/config_pb'
import { EchoSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/echo/v3/echo_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { TcpProxySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeAddress } from './decode-address.ts'
import { decodeBufferLimit } from './decode-buffer-limit.ts'
import { decodeChainMatch } from './decode-chain-match.ts'
import { decodeHttpChain } from './decode-http-chain.ts'
import { decodeListenerFilters } from './decode-listener-filters.ts'
import { decodeListenerOptions } from './decode-listener-options.ts'
import { decodeNetworkFilters } from './decode-network-filters.ts'
import { decodeOriginalDestinationUse } from './decode-original-destination-use.ts'
import { decodeTcpProxy } from './decode-tcp-proxy.ts'
import { decodeServerTls } from './decode-tls.ts'
import { decodeUnservedLogs } from './decode-unserved-logs.ts'
import type { FilterChain, ListenerConfig } from './listener-config.ts'
import { readDataSource } from './read-data-source.ts'
import { refuseOverlaps } from './refuse-overlaps.ts'

const supported = new Set([
  'name',
  'address',
  'filter_chains',
  'default_filter_chain',
  'traffic_direction',
  'metadata',
  'stat_prefix',
  'per_connection_buffer_limit_bytes',
  'tcp_backlog_size',
  // gRPC clients read it; a listener may carry both.
  'api_listener',
  'listener_filters',
  'listener_filters_timeout',
  'continue_on_listener_filters_timeout',
  'enable_reuse_port',
  'use_original_dst',
  'bind_to_port',
  'ignore_global_conn_limit',
  'bypass_overload_manager',
  // How many at once the system hands over is not ours to choose; each is served as it comes.
  'max_connections_to_accept_per_socket_event',
  'socket_options',
  'freebind',
  'transparent',
  'tcp_fast_open_queue_length',
  'access_log',
])
const supportedChain = new Set([
  'filter_chain_match',
  'filters',
  'name',
  'metadata',
  'transport_socket',
  'transport_socket_connect_timeout',
])

export type DecodedListener = {
  readonly config: ListenerConfig
  /** Inline route configurations by the name that the chains refer to them by. */
  readonly routes: ReadonlyMap<string, RouteConfiguration>
}

/** `envoy.config.listener.v3.Listener`. */
export function decodeListener(message: Listener): DecodedListener {
  refuseUnsupported(ListenerSchema, message, supported, '')
  const routes = new Map<string, RouteConfiguration>()
  const chain = (each: FilterChainMessage, path: string) => decodeChain(each, message, routes, path)
  const chains = message.filterChains.map((each, index) => chain(each, `filter_chains[${index}]`))
  const defaultChain = message.defaultFilterChain && chain(message.defaultFilterChain, 'default_filter_chain')
  if (message.maxConnectionsToAcceptPerSocketEvent === 0) {
    throw new ResourceRejected('max_connections_to_accept_per_socket_event', 'must be at least 1')
  }
  refuseOverlaps(chains.map(({ match }) => match))
  if (chains.length === 0 && defaultChain === undefined)
    throw new ResourceRejected('filter_chains', 'must not be empty')
  return {
    config: {
      name: message.name,
      statPrefix: message.statPrefix,
      address: decodeAddress(message.address, 'address'),
      direction: message.trafficDirection === TrafficDirection.INBOUND ? 'inbound' : 'outbound',
      chains,
      defaultChain,
      filters: decodeListenerFilters(message),
      unservedLogs: decodeUnservedLogs(message.accessLog),
      connectionsMax: 10_000,
      bufferBytesMax: decodeBufferLimit(message.perConnectionBufferLimitBytes),
      backlog: message.tcpBacklogSize ?? 4096,
      reusesPort: message.enableReusePort === true,
      socketOptions: decodeListenerOptions(message),
      originalDestination: decodeOriginalDestinationUse(message),
      bindsPort: message.bindToPort ?? true,
      ignoresConnectionLimit: message.ignoreGlobalConnLimit,
      bypassesOverload: message.bypassOverloadManager,
    },
    routes,
  }
}

function decodeChain(
  message: FilterChainMessage,
  listener: Listener,
  routes: Map<string, RouteConfiguration>,
  path: string,
): FilterChain {
  refuseUnsupported(FilterChainSchema, message, supportedChain, path)
  const configs = message.filters.map(({ configType }, index) => {
    if (configType.case === 'typedConfig') return configType.value
    throw new ResourceRejected(`${path}.filters[${index}].typed_config`, 'is required')
  })
  const network = configs.at(-1)
  if (network === undefined) throw new ResourceRejected(`${path}.filters`, 'must not be empty')
  const at = `${path}.filters[${configs.length - 1}].typed_config`
  const inlineName = `${listener.name}/${path}`
  return {
    name: message.name,
    match: decodeChainMatch(message.filterChainMatch, `${path}.filter_chain_match`),
    filters: decodeNetworkFilters(configs.slice(0, -1), path),
    tls: message.transportSocket && decodeServerTls(message.transportSocket, message, `${path}.transport_socket`),
    network: decodeNetwork(network, listener.metadata, routes, inlineName, at),
  }
}

function decodeNetwork(
  config: Any,
  metadata: Metadata | undefined,
  routes: Map<string, RouteConfiguration>,
  inlineName: string,
  path: string,
): FilterChain['network'] {
  switch (config.typeUrl.slice(config.typeUrl.lastIndexOf('/') + 1)) {
    case HttpConnectionManagerSchema.typeName: {
      const message = fromBinary(HttpConnectionManagerSchema, config.value)
      const { chain, inlineRoutes } = decodeHttpChain(message, metadata, inlineName, path)
      if (inlineRoutes !== undefined) routes.set(inlineName, inlineRoutes)
      return chain
    }
    case TcpProxySchema.typeName:
      return decodeTcpProxy(fromBinary(TcpProxySchema, config.value), path)
    case EchoSchema.typeName:
      return { kind: 'answer', statPrefix: '', text: undefined }
    case DirectResponseSchema.typeName: {
      const { response } = fromBinary(DirectResponseSchema, config.value)
      return { kind: 'answer', statPrefix: '', text: readDataSource(response, `${path}.response`) ?? '' }
    }
    default:
      throw new ResourceRejected(path, `network filter ${config.typeUrl} is not supported yet`)
  }
}
