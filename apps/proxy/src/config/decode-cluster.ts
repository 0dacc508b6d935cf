import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { type Cluster, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { ClusterConfig, ServiceRef, UpstreamProtocol } from './cluster-config.ts'
import { decodeBalancer } from './decode-balancer.ts'
import { decodeBreakers } from './decode-breakers.ts'
import { decodeBufferLimit } from './decode-buffer-limit.ts'
import { decodeDiscovery } from './decode-discovery.ts'
import { decodeHealthCheck } from './decode-health-check.ts'
import { decodeOutlier } from './decode-outlier.ts'
import { decodeSessionHealth } from './decode-session-health.ts'
import { decodeSocketMatches } from './decode-socket-matches.ts'
import { decodeTrackedStats } from './decode-tracked-stats.ts'
import { decodeUpstreamConnection } from './decode-upstream-connection.ts'
import { decodeUpstreamHttp } from './decode-upstream-http.ts'
import { decodeUpstreamSocket } from './decode-upstream-socket.ts'
import type { UpstreamSocket } from './upstream-socket.ts'

const supported = new Set([
  'name',
  'alt_stat_name',
  'type',
  'cluster_type',
  'eds_cluster_config',
  'connect_timeout',
  'load_assignment',
  'lb_policy',
  'round_robin_lb_config',
  'least_request_lb_config',
  'ring_hash_lb_config',
  'maglev_lb_config',
  'original_dst_lb_config',
  'cleanup_interval',
  'load_balancing_policy',
  'lb_subset_config',
  'circuit_breakers',
  'transport_socket',
  'transport_socket_matches',
  'outlier_detection',
  'health_checks',
  'ignore_health_on_host_removal',
  'close_connections_on_host_health_failure',
  'typed_extension_protocol_options',
  'http_protocol_options',
  'http2_protocol_options',
  'upstream_http_protocol_options',
  'upstream_bind_config',
  'upstream_connection_options',
  'common_lb_config',
  'metadata',
  'dns_refresh_rate',
  'dns_lookup_family',
  'dns_failure_refresh_rate',
  'dns_jitter',
  'respect_dns_ttl',
  'typed_dns_resolver_config',
  'per_connection_buffer_limit_bytes',
  'max_requests_per_connection',
  'preconnect_policy',
  'connection_pool_per_downstream_connection',
  'track_cluster_stats',
  'track_timeout_budgets',
  // Warming is the discovery client's: a cluster is used when its endpoints are there.
  'wait_for_warm_on_init',
])

/** `envoy.config.cluster.v3.Cluster`. Defaults are Envoy's. */
export function decodeCluster(message: Cluster): ClusterConfig {
  refuseUnsupported(ClusterSchema, message, supported, '')
  if (message.name === '') throw new ResourceRejected('name', 'must not be empty')
  const http = decodeUpstreamHttp(message)
  return {
    name: message.name,
    statName: message.altStatName || message.name,
    discovery: decodeDiscovery(message),
    balancer: decodeBalancer(message),
    connectTimeoutMs: positive(durationMs(message.connectTimeout) ?? 5000, 'connect_timeout'),
    bufferBytesMax: decodeBufferLimit(message.perConnectionBufferLimitBytes),
    idleTimeoutMs: http.idleTimeoutMs,
    requestsPerConnectionMax: http.requestsPerConnectionMax,
    connectionDurationMaxMs: http.connectionDurationMaxMs,
    headerCountMax: http.headerCountMax,
    streamDurationMaxMs: http.streamDurationMaxMs,
    sessionHealth: decodeSessionHealth(message.commonLbConfig?.overrideHostStatus),
    protocol: http.protocol,
    autoName: http.autoName,
    http2: http.http2,
    fieldCase: http.fieldCase,
    ...decodeBreakers(message.circuitBreakers, 'circuit_breakers'),
    outlier: message.outlierDetection && decodeOutlier(message.outlierDetection),
    healthCheck: decodeHealthCheck(message.healthChecks),
    keepsHealthy: message.healthChecks.length > 0 && !message.ignoreHealthOnHostRemoval,
    closesOnFailure: message.closeConnectionsOnHostHealthFailure,
    drainsOnChange: message.commonLbConfig?.closeConnectionsOnHostSetChange ?? false,
    ignoresUnchecked: message.commonLbConfig?.ignoreNewHostsUntilFirstHc ?? false,
    ...decodeUpstreamConnection(message),
    isPoolPerConnection: message.connectionPoolPerDownstreamConnection,
    ...upstreamSockets(message, http.protocol),
    ...decodeTrackedStats(message),
    metadata: message.metadata?.filterMetadata,
    service: decodeService(message),
  }
}

function upstreamSockets(
  { transportSocket, transportSocketMatches }: Cluster,
  protocol: UpstreamProtocol,
): UpstreamSocket & Pick<ClusterConfig, 'socketMatches'> {
  const own = spoken(decodeUpstreamSocket(transportSocket, 'transport_socket'), protocol, 'transport_socket')
  const matches = decodeSocketMatches(transportSocketMatches).map((match, index) => ({
    ...match,
    socket: spoken(match.socket, protocol, `transport_socket_matches[${index}].transport_socket`),
  }))
  return { ...own, socketMatches: matches }
}

/** With TLS a peer is asked for HTTP/2 by name (RFC 9113 §3.2), unless the configuration names something. */
function spoken(socket: UpstreamSocket, protocol: UpstreamProtocol, path: string): UpstreamSocket {
  const { tls } = socket
  // Which HTTP is spoken is agreed on in the handshake; without one there is nothing to go by.
  if (protocol === 'auto' && tls === undefined) throw new ResourceRejected(path, 'auto_config needs TLS')
  const isSilent = protocol === 'http2' && tls?.alpnProtocols.length === 0
  return isSilent ? { ...socket, tls: { ...tls, alpnProtocols: ['h2'] } } : socket
}

function decodeService({ metadata }: Cluster): ServiceRef | undefined {
  const services = metadata?.filterMetadata.istio?.services
  const first = Array.isArray(services) ? (services[0] as Record<string, unknown> | undefined) : undefined
  if (typeof first?.host !== 'string') return undefined
  return { host: first.host, name: String(first.name ?? ''), namespace: String(first.namespace ?? '') }
}

function positive(value: number, path: string): number {
  if (value <= 0) throw new ResourceRejected(path, 'must be more than 0')
  return value
}
