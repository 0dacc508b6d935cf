import type { BalancedEndpoint } from '@heddle/engine/balance/balanced-endpoint'
import type { LatencyRecord } from '@heddle/engine/balance/record-latency'
import type { ReportedLoad } from '@heddle/engine/balance/reported-load'
import type { TryOutcome } from '@heddle/engine/outlier/outlier-policy'
import { newOutlierRecord, type OutlierRecord } from '@heddle/engine/outlier/outlier-record'
import type { EndpointConfig } from '../config/assignment.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import type { UpstreamSocket } from '../config/upstream-socket.ts'
import type { ConnectionCounts } from '../pool/connection-counts.ts'
import type { PriorityPools } from '../pool/priority-pools.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { ClusterTotals } from './cluster-totals.ts'

/** One endpoint of a cluster while it lives: its connections, what is under way, and how it has behaved. */
export type EndpointState = OutlierRecord &
  LatencyRecord & {
    config: EndpointConfig
    /** Whose it is; an aggregate cluster picks endpoints of others. */
    readonly cluster: EndpointOwner
    /** How it is reached: the cluster's own `transport_socket`, or what its metadata matches. */
    socket: UpstreamSocket
    readonly pools: PriorityPools
    active: number
    /** Among them those that have no connection yet. */
    pending: number
    /** Connections that are passed on unread, where the cluster closes them with the endpoint's health. */
    readonly tunnels: Set<{ destroy(): unknown }>
    /** What active health checks say. */
    checked: BalancedEndpoint['checked']
    /** The last one had no answer in time. */
    isCheckLate: boolean
    /** Since when it may take traffic. */
    startedMs: number
    /** What it says of its load, where balancing asks. */
    reported: ReportedLoad | undefined
    readonly counts: EndpointCounts
  }

/** Tries since the endpoint is there. */
export type EndpointCounts = {
  /** Those that had a connection. */
  requests: number
  successes: number
  failures: number
  timeouts: number
}

/** The cluster of an endpoint, for whoever has picked that one: what a try counts against, and what it tells. */
export type EndpointOwner = {
  readonly config: ClusterConfig
  readonly breaker: CircuitBreaker
  readonly highBreaker: CircuitBreaker
  readonly totals: ClusterTotals
  readonly counts: ConnectionCounts
  /** All its endpoints. */
  readonly members: readonly EndpointState[]
  /** There is a connection for a try. */
  recordConnected(endpoint: EndpointState): void
  record(endpoint: EndpointState, outcome: TryOutcome, nowMs: number): void
  recordLatency(endpoint: EndpointState, latencyMs: number, nowMs: number): void
}

export function newEndpointState(
  config: EndpointConfig,
  cluster: EndpointOwner,
  socket: UpstreamSocket,
  pools: PriorityPools,
  nowMs: number,
): EndpointState {
  return {
    ...newOutlierRecord(),
    config,
    cluster,
    socket,
    pools,
    active: 0,
    pending: 0,
    tunnels: new Set(),
    checked: 'unchecked',
    isCheckLate: false,
    startedMs: nowMs,
    ewmaMs: 0,
    ewmaAtMs: 0,
    reported: undefined,
    counts: { requests: 0, successes: 0, failures: 0, timeouts: 0 },
  }
}
