import type { BalancerSettings } from '@heddle/engine/balance/balancer-settings'
import type { RetryBudget } from '@heddle/engine/limit/retry-budget'
import type { OutlierPolicy } from '@heddle/engine/outlier/outlier-policy'
import type { SocketOption } from '../net/socket-option.ts'
import type { EndpointHealth } from './assignment.ts'
import type { AutoServerName } from './auto-server-name.ts'
import type { ClusterDiscovery } from './cluster-discovery.ts'
import type { FieldCase } from './field-case.ts'
import type { HealthCheckConfig } from './health-check-config.ts'
import type { SocketMatch, UpstreamSocket } from './upstream-socket.ts'

/** `envoy.config.cluster.v3.Cluster`, with the `transport_socket` of endpoints that no match takes. */
export type ClusterConfig = UpstreamSocket & {
  readonly name: string
  readonly statName: string
  readonly discovery: ClusterDiscovery
  readonly balancer: BalancerSettings
  readonly connectTimeoutMs: number
  /** `per_connection_buffer_limit_bytes`: what may wait for an endpoint. */
  readonly bufferBytesMax: number | undefined
  /** `common_http_protocol_options.idle_timeout` of pooled connections. */
  readonly idleTimeoutMs: number
  readonly requestsPerConnectionMax: number
  /** `common_http_protocol_options.max_connection_duration` of pooled connections; 0 for none. */
  readonly connectionDurationMaxMs: number
  readonly protocol: UpstreamProtocol
  /** `connection_pool_per_downstream_connection`. */
  readonly isPoolPerConnection: boolean
  /** `track_cluster_stats.per_endpoint_stats`. */
  readonly tellsEndpoints: boolean
  /** `track_cluster_stats.timeout_budgets` and `request_response_sizes`. */
  readonly measuresBudgets: boolean
  readonly measuresSizes: boolean
  /** `upstream_http_protocol_options`; undefined: peers are called what their TLS context says. */
  readonly autoName: AutoServerName | undefined
  /** `preconnect_policy.per_upstream_preconnect_ratio`. */
  readonly preconnectRatio: number
  /** `common_http_protocol_options.max_stream_duration`: of one try, answer included; 0 for none. */
  readonly streamDurationMaxMs: number
  /** `common_http_protocol_options.max_headers_count`. */
  readonly headerCountMax: number
  /** `header_key_format` of HTTP/1.1. */
  readonly fieldCase: FieldCase | undefined
  /** How it speaks HTTP/2; undefined: never. */
  readonly http2: Http2ClientConfig | undefined
  /** What requests of routes with the default priority stand against, and those of high priority. */
  readonly breaker: BreakerConfig
  readonly highBreaker: BreakerConfig
  /** `circuit_breakers.per_host_thresholds`: connections to one endpoint. */
  readonly endpointConnectionsMax: number
  readonly outlier: OutlierPolicy | undefined
  readonly healthCheck: HealthCheckConfig | undefined
  /** `ignore_health_on_host_removal` is false, and there are checks: what discovery takes away stays while it is well. */
  readonly keepsHealthy: boolean
  /** `close_connections_on_host_health_failure`: those too that are passed on unread. */
  readonly closesOnFailure: boolean
  /** `close_connections_on_host_set_change`: after any change of who is there, requests get new connections. */
  readonly drainsOnChange: boolean
  /** `override_host_status`: an endpoint that a session names is used when it is in one of these states. */
  readonly sessionHealth: ReadonlySet<EndpointHealth>
  /** `ignore_new_hosts_until_first_hc`. */
  readonly ignoresUnchecked: boolean
  /** `upstream_bind_config.source_address`: so that the peer sees which workload calls. */
  readonly bindAddress: string | undefined
  /** `extra_source_addresses`: for endpoints of the other family. */
  readonly otherBindAddress: string | undefined
  /** `upstream_bind_config.socket_options` and `freebind`. */
  readonly socketOptions: readonly SocketOption[]
  readonly tcpKeepalive: TcpKeepalive | undefined
  /** `transport_socket_matches`: what endpoints that are marked for them get instead of the cluster's own. */
  readonly socketMatches: readonly SocketMatch[]
  /** `metadata.filter_metadata`, for format operators. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined
  /** `metadata.filter_metadata.istio.services[0]`: whom the metrics name as destination service. */
  readonly service: ServiceRef | undefined
}

/** What connections to a cluster speak: one HTTP always, what the peer says (ALPN), or what the client speaks. */
export type UpstreamProtocol = 'http1' | 'http2' | 'auto' | 'downstream'

/** `http2_protocol_options` of a cluster. */
export type Http2ClientConfig = {
  /** Streams that we open on one connection, if the peer allows as many. */
  readonly concurrentStreamsMax: number
  readonly streamWindow: number
  readonly connectionWindow: number
  /** `connection_keepalive`; undefined: no PING. */
  readonly keepalive: { readonly intervalMs: number; readonly timeoutMs: number } | undefined
}

/** `circuit_breakers.thresholds[]` of one priority. */
export type BreakerConfig = {
  readonly connectionsMax: number
  readonly pendingMax: number
  readonly requestsMax: number
  readonly retriesMax: number
  /** Share of active plus pending requests that may be retries; where there is one it holds instead of the number. */
  readonly retryBudget: RetryBudget | undefined
  /** `track_remaining`: statistics say how much room is left. */
  readonly tracksRemaining: boolean
}

/** What is undefined is as the system says. */
export type TcpKeepalive = {
  readonly timeS: number | undefined
  readonly probes: number | undefined
  readonly intervalS: number | undefined
}

export type ServiceRef = { readonly host: string; readonly name: string; readonly namespace: string }
