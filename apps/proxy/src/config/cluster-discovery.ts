import type { SocketAddress } from '../net/socket-address.ts'
import type { Assignment } from './assignment.ts'

/** Where a cluster's endpoints come from. */
export type ClusterDiscovery =
  | { readonly kind: 'eds'; readonly assignmentName: string; readonly source: 'ads' | 'grpc' | 'path' }
  | { readonly kind: 'static'; readonly assignment: Assignment }
  | DnsDiscovery
  | OriginalDestinationDiscovery
  | AggregateDiscovery

/** STRICT_DNS, LOGICAL_DNS and `envoy.cluster.dns`. */
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
  /** `dns_jitter`: up to so much later, by chance, so that not all proxies ask at once. */
  readonly jitterMs: number
  readonly respectTtl: boolean
  /** DNS servers to be asked; empty asks the system. */
  readonly resolvers: readonly SocketAddress[]
}

/** `dns_lookup_family`. */
export type DnsFamily = 'auto' | 'v4-only' | 'v6-only' | 'v4-preferred' | 'all'

/** ORIGINAL_DST: each connection or request brings its endpoint itself. */
export type OriginalDestinationDiscovery = {
  readonly kind: 'original-destination'
  /** A header that names it, as `10.0.0.7:80`, before the connection is asked; undefined for none. */
  readonly headerName: string | undefined
  readonly portOverride: number | undefined
  /** How long an endpoint that nobody asks for is remembered. */
  readonly cleanupIntervalMs: number
}

/** `envoy.clusters.aggregate`: the endpoints of other clusters, those of the first one first. */
export type AggregateDiscovery = { readonly kind: 'aggregate'; readonly clusters: readonly string[] }
