import type { BalancerSettings } from '@heddle/engine/balance/balancer-settings'
import type { SubsetMatch } from '@heddle/engine/balance/subset-match'
import type { HttpFilter } from '@heddle/engine/filter/http-filter'
import type { RetryBudget } from '@heddle/engine/limit/retry-budget'
import type { IpRange } from '@heddle/engine/match/ip-range'
import type { OutlierPolicy } from '@heddle/engine/outlier/outlier-policy'
import type { PathMode } from '@heddle/engine/path/normalise-path'
import type { RouteTable } from '@heddle/engine/route/route-table'
import type { UnderscoreAction } from '../exchange/header-name.ts'
import type { AutoServerName } from './auto-server-name.ts'
import type { TracingConfig } from './decode-tracing.ts'
import type { HealthCheckConfig } from './health-check-config.ts'
import type { HttpEdge } from './http-edge.ts'
import type { LocalReplyConfig } from './local-reply.ts'
import type { LogFilter } from './log-filter.ts'
import type { NetworkFilter } from './network-filter.ts'
import type { TlsClientConfig, TlsServerConfig } from './tls-config.ts'
import type { SecretConfig } from './tls-secret.ts'

/**
 * Everything the traffic code knows: one immutable value behind one reference.
 * `discovery/` builds a new one from xDS resources or from the bootstrap's static resources and swaps the reference;
 * a request keeps the one it started with.
 */
export type ProxyConfig = {
  /** Shown as the metric label and log field `config_revision`; "static" without a control plane. */
  readonly revision: string
  readonly listeners: ReadonlyMap<string, ListenerConfig>
  readonly clusters: ReadonlyMap<string, ClusterConfig>
  /** By RouteConfiguration name, or `resourceKey` of a file; HTTP chains refer to them by name, so that RDS and LDS change apart. */
  readonly routes: ReadonlyMap<string, RouteTable>
  /** By ClusterLoadAssignment name, or `resourceKey` of a file. Absent means: not discovered yet. */
  readonly assignments: ReadonlyMap<string, Assignment>
  /** Certificates and roots that TLS contexts refer to by name. */
  readonly secrets: ReadonlyMap<string, SecretConfig>
}

/** `envoy.config.listener.v3.Listener`. */
export type ListenerConfig = {
  readonly name: string
  /** `stat_prefix`; "": statistics go by its address. */
  readonly statPrefix: string
  readonly address: SocketAddress
  /** `traffic_direction`; decides the metrics' reporter: inbound = destination, outbound = source. */
  readonly direction: 'inbound' | 'outbound'
  readonly chains: readonly FilterChain[]
  readonly defaultChain: FilterChain | undefined
  /** Undefined: nothing is read before a chain serves it. */
  readonly filters: ListenerFilters | undefined
  readonly connectionsMax: number
  /** `per_connection_buffer_limit_bytes`: what may wait for a client; undefined for as much as is usual here. */
  readonly bufferBytesMax: number | undefined
  /** `tcp_backlog_size`: connections that the system has taken and we have not. */
  readonly backlog: number
  /**
   * `enable_reuse_port`: each process has a socket of its own, and the system divides the connections. Where it says
   * nothing it is off, unlike Envoy's: a second proxy at an address is a mistake that should be seen.
   */
  readonly reusesPort: boolean
  /** `original_dst`: where a connection was going before the system redirected it to us. */
  readonly originalDestination: OriginalDestinationUse
  /** `bind_to_port`: false for one that only gets connections from another (`use_original_dst`). */
  readonly bindsPort: boolean
}

/** `hand-over` gives the connection to the listener of that address, where there is one (`use_original_dst`). */
export type OriginalDestinationUse = 'ignored' | 'restored' | 'hand-over'

/** `filter_chain_match`. What is empty is not asked. */
export type ChainMatch = {
  readonly destinationPort: number | undefined
  readonly destinationRanges: readonly IpRange[]
  /** In lower case; "*.example.com" takes every name below. */
  readonly serverNames: readonly string[]
  readonly transport: '' | 'tls' | 'raw_buffer'
  readonly protocols: readonly string[]
  readonly directSourceRanges: readonly IpRange[]
  readonly sourceType: 'any' | 'local' | 'external'
  readonly sourceRanges: readonly IpRange[]
  readonly sourcePorts: readonly number[]
}

/** What is read of a connection before a chain is chosen. */
export type ListenerFilters = {
  readonly proxyProtocol: { readonly isOptional: boolean; readonly refusedVersions: readonly (1 | 2)[] } | undefined
  readonly tls: boolean
  readonly http: boolean
  readonly timeoutMs: number
  /** Goes on with what is known when the time is over, instead of cutting the client off. */
  readonly continuesOnTimeout: boolean
}

export type FilterChain = {
  readonly name: string
  /** Undefined takes whatever no other chain takes. */
  readonly match: ChainMatch | undefined
  /** Those before the one that serves, in order. */
  readonly filters: readonly NetworkFilter[]
  /** `transport_socket`; undefined: bytes as they are. */
  readonly tls: TlsServerConfig | undefined
  readonly network: HttpChain | TcpChain
}

/** `http_connection_manager`. */
export type HttpChain = {
  readonly kind: 'http'
  readonly statPrefix: string
  /** Name in `ProxyConfig.routes`; an inline `route_config`, and one out of a file, is there under a name of its own. */
  readonly routeName: string
  /** In order, the router left out: it always comes last. */
  readonly filters: readonly HttpFilter[]
  readonly idleTimeoutMs: number
  readonly streamIdleTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly requestHeadersTimeoutMs: number
  /** For the whole of a request and its answer; a route may say otherwise. 0 for no limit. */
  readonly streamDurationMaxMs: number
  /** After this time, or so many requests, a connection takes no more; 0 for no limit. */
  readonly connectionDurationMaxMs: number
  readonly connectionRequestsMax: number
  /** How long a client may read the last answer before the connection is closed. */
  readonly delayedCloseMs: number
  readonly headerBytesMax: number
  readonly headerCountMax: number
  readonly underscores: UnderscoreAction
  readonly upgrades: ReadonlySet<string>
  /** `codec_type`. With `auto` the client's first bytes decide. */
  readonly codec: 'auto' | 'http1' | 'http2'
  readonly http2: Http2ServerConfig
  /** `add_user_agent`: name ourselves to the next hop in `x-envoy-downstream-service-cluster`. */
  readonly addUserAgent: boolean
  readonly edge: HttpEdge
  /** `suppress_envoy_headers` of the router. */
  readonly suppressesEnvoyHeaders: boolean
  readonly generateRequestId: boolean
  /** `path_with_escaped_slashes_action`, `normalize_path`, `merge_slashes`. */
  readonly pathMode: PathMode
  /** `REJECT_REQUEST` and `UNESCAPE_AND_REDIRECT`; undefined forwards them as `pathMode` says. */
  readonly escapedSlashes: 'reject' | 'redirect' | undefined
  readonly accessLogs: readonly AccessLogConfig[]
  /** `local_reply_config`; undefined: answers of our own are as they are. */
  readonly localReply: LocalReplyConfig | undefined
  /** Undefined: tracing is off. */
  readonly tracing: TracingConfig | undefined
}

/** `http2_protocol_options` of a listener. */
export type Http2ServerConfig = {
  readonly concurrentStreamsMax: number
  readonly streamWindow: number
  readonly connectionWindow: number
  readonly allowsConnect: boolean
}

/** `tcp_proxy`. */
export type TcpChain = {
  readonly kind: 'tcp'
  readonly statPrefix: string
  readonly clusters: readonly TcpCluster[]
  readonly idleTimeoutMs: number
  readonly connectionDurationMaxMs: number | undefined
  /** Up to so much longer, as a share: connections that began together need not end together. */
  readonly connectionDurationJitter: number
  /** `max_connect_attempts`: how many endpoints are tried before the client is refused. */
  readonly connectAttemptsMax: number
  /** `hash_policy.source_ip`: clients of one address meet the same endpoint, where the cluster balances by hash. */
  readonly hashesSource: boolean
  readonly accessLogs: readonly AccessLogConfig[]
  /** A line every so often while a connection lasts; undefined: only at its end. */
  readonly logIntervalMs: number | undefined
  /** A line when the upstream is connected. */
  readonly logsConnected: boolean
}

/** `subset`: only endpoints with these values, where the cluster has subsets. */
export type TcpCluster = {
  readonly cluster: string
  readonly weight: number
  readonly subset: SubsetMatch | undefined
}

/** `file`, `stdout` or `stderr` access log with a JSON or text format of Envoy's command operators. */
export type AccessLogConfig = {
  readonly path: '/dev/stdout' | '/dev/stderr' | (string & {})
  readonly format: LogFormat
  /** Undefined: every line is written. */
  readonly filter: LogFilter | undefined
}

/** `omit_empty_values`: what is absent is left out, and not written as "-" or null. */
export type LogFormat =
  | { readonly kind: 'json'; readonly template: LogTemplate; readonly omitsEmpty: boolean }
  | { readonly kind: 'text'; readonly pattern: string; readonly omitsEmpty: boolean }

/** Texts with command operators, in the shape of the line. */
export type LogTemplate =
  | string
  | number
  | boolean
  | null
  | readonly LogTemplate[]
  | { readonly [name: string]: LogTemplate }

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

/** `envoy.config.cluster.v3.Cluster`. */
export type ClusterConfig = {
  readonly name: string
  readonly statName: string
  readonly discovery:
    | { readonly kind: 'eds'; readonly assignmentName: string; readonly source: 'ads' | 'path' }
    | { readonly kind: 'static'; readonly assignment: Assignment }
    | DnsDiscovery
    | OriginalDestinationDiscovery
    | AggregateDiscovery
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
  /** `upstream_http_protocol_options`; undefined: peers are called what their TLS context says. */
  readonly autoName: AutoServerName | undefined
  /** `preconnect_policy.per_upstream_preconnect_ratio`. */
  readonly preconnectRatio: number
  /** `common_http_protocol_options.max_stream_duration`: of one try, answer included; 0 for none. */
  readonly streamDurationMaxMs: number
  /** `common_http_protocol_options.max_headers_count`. */
  readonly headerCountMax: number
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
  readonly tcpKeepalive: TcpKeepalive | undefined
  /** `transport_socket`; undefined: bytes as they are. */
  readonly tls: TlsClientConfig | undefined
  /** The version of the PROXY header that begins every connection; undefined for none. */
  readonly proxyProtocol: 1 | 2 | undefined
  /** `metadata.filter_metadata`, for format operators. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined
  /** `metadata.filter_metadata.istio.services[0]`: whom the metrics name as destination service. */
  readonly service: ServiceRef | undefined
}

/** What is undefined is as the system says. */
export type TcpKeepalive = {
  readonly timeS: number | undefined
  readonly probes: number | undefined
  readonly intervalS: number | undefined
}

/** `envoy.clusters.aggregate`: the endpoints of other clusters, those of the first one first. */
export type AggregateDiscovery = { readonly kind: 'aggregate'; readonly clusters: readonly string[] }

/** ORIGINAL_DST: each connection or request brings its endpoint itself. */
export type OriginalDestinationDiscovery = {
  readonly kind: 'original-destination'
  /** A header that names it, as `10.0.0.7:80`, before the connection is asked; undefined for none. */
  readonly headerName: string | undefined
  readonly portOverride: number | undefined
  /** How long an endpoint that nobody asks for is remembered. */
  readonly cleanupIntervalMs: number
}

/** STRICT_DNS and LOGICAL_DNS. */
export type DnsDiscovery = {
  readonly kind: 'dns'
  /** Every address of a name is an endpoint; otherwise the name is one endpoint. */
  readonly strict: boolean
  /** Endpoints with names for addresses. */
  readonly template: Assignment
  readonly family: DnsFamily
  readonly refreshMs: number
  /** `dns_failure_refresh_rate`; undefined goes on at the refresh rate. */
  readonly failureRefresh: { readonly baseMs: number; readonly maxMs: number } | undefined
  readonly respectTtl: boolean
  /** DNS servers to be asked; empty asks the system. */
  readonly resolvers: readonly SocketAddress[]
}

/** `dns_lookup_family`. */
export type DnsFamily = 'auto' | 'v4-only' | 'v6-only' | 'v4-preferred' | 'all'

export type ServiceRef = { readonly host: string; readonly name: string; readonly namespace: string }

/** `circuit_breakers.thresholds[]` of one priority. */
export type BreakerConfig = {
  readonly connectionsMax: number
  readonly pendingMax: number
  readonly requestsMax: number
  readonly retriesMax: number
  /** Share of active plus pending requests that may be retries; always on. */
  readonly retryBudget: RetryBudget
  /** `track_remaining`: statistics say how much room is left. */
  readonly tracksRemaining: boolean
}

/** `envoy.config.endpoint.v3.ClusterLoadAssignment`. */
export type Assignment = {
  readonly name: string
  readonly endpoints: readonly EndpointConfig[]
  /** `policy.overprovisioning_factor`, percent. */
  readonly overprovisioningPercent: number
  /** `policy.weighted_priority_health`. */
  readonly weighsHealth: boolean
}

export type EndpointConfig = {
  /** What makes it the same endpoint as before: its address, or its name where names are resolved to one endpoint. */
  readonly key: string
  readonly address: SocketAddress
  /** Its name, where it has one; "" where not. */
  readonly hostname: string
  readonly weight: number
  readonly priority: number
  readonly locality: string
  /** `load_balancing_weight` of its locality; undefined where it has none. */
  readonly localityWeight: number | undefined
  readonly health: 'healthy' | 'unhealthy' | 'draining' | 'degraded' | 'unknown'
  /** `endpoint.health_check_config`: where and whether it is checked. */
  readonly healthCheck: EndpointHealthCheck
  /** `metadata.filter_metadata["envoy.lb"]`, each value as JSON: what subsets are made by. */
  readonly subsetValues: ReadonlyMap<string, string>
  /** `metadata.filter_metadata`, for format operators. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined
  /** `metadata.filter_metadata.istio.workload` = "name;namespace;service;version;cluster". */
  readonly workload: WorkloadRef | undefined
}

/** What an endpoint is, by all that is known of it. */
export type EndpointHealth = 'healthy' | 'degraded' | 'unhealthy' | 'draining'

export type EndpointHealthCheck = {
  readonly isDisabled: boolean
  readonly port: number | undefined
  readonly address: SocketAddress | undefined
  /** "" for none. */
  readonly hostname: string
}

export type WorkloadRef = {
  readonly name: string
  readonly namespace: string
  readonly service: string
  readonly version: string
}

export type SocketAddress = TcpAddress | { readonly kind: 'unix'; readonly path: string }

export type TcpAddress = { readonly kind: 'tcp'; readonly host: string; readonly port: number }
