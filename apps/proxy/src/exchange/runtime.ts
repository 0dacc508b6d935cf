import type { AskedDescription } from '@heddle/engine/limit/rate-limit-rule'
import type { RateLimitService } from '@heddle/engine/limit/rate-limit-service'
import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { RateLimitResponse } from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import type { TimerWheel } from '../clock/timer-wheel.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { TrafficCounts } from '../counts/traffic-counts.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { OverloadLevel, OverloadLimits } from '../overload/overload-level.ts'
import type { Shedding } from '../overload/overload-manager.ts'
import type { ExchangeObserver } from './exchange-observer.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { KeptBudget } from './kept-budget.ts'
import type { RequestCopy } from './request-copy.ts'
import type { UpstreamTry } from './upstream-try.ts'

/** What the request path shares within one process. */
export type Runtime = {
  readonly wheel: TimerWheel
  readonly observer: ExchangeObserver
  readonly random: () => number
  readonly limits: TrafficLimits
  /** Who we are: `x-envoy-downstream-service-cluster` where a listener adds it. */
  readonly nodeCluster: string
  readonly nodeId: string
  /** How many processes share the traffic, and its limits. */
  readonly workers: number
  /** Requests under way in the whole process. */
  readonly load: {
    inFlight: number
    connections: number
    faultsActive: number
    /** The same by `stat_prefix`: a limit of one listener's faults is no other one's. */
    readonly faultsByChain: Map<string, number>
    /** How short the process is of memory or time. */
    overload: OverloadLevel
    /** Every connection ends with its next answer: whoever balances in front of this proxy is to go elsewhere. */
    endsKeepAlive: boolean
    /** What the overload manager of the bootstrap asks for. */
    readonly shedding: Readonly<Shedding>
  }
  /** What is kept of requests' bodies. */
  readonly keptBodies: KeptBudget
  /** Connections, for statistics. */
  readonly counts: TrafficCounts
  config(): ProxyConfig
  /** What the runtime says at the moment: whoever is on call changes it while requests are under way. */
  values(): RuntimeValues
  cluster(name: string): ClusterState | undefined
  /** How many there are of the cluster that this proxy is part of; 1 where nothing is known of it. */
  clusterSize(): number
  /** Undefined: the service did not answer in time. */
  askRateLimit(
    service: RateLimitService,
    domain: string,
    descriptions: readonly AskedDescription[],
  ): Promise<RateLimitResponse | undefined>
  connectTunnel(exchange: HttpExchange, action: ForwardAction): void
  joinTunnel(exchange: HttpExchange, upstream: UpstreamTry, headers: HeaderBlock): void
  /** A filter that waited lets its request go on. */
  resume(exchange: HttpExchange): void
  /** Starts the copies that a route asks for; what it returns wants the body. */
  mirror(exchange: HttpExchange, action: ForwardAction): RequestCopy | undefined
}

export type TrafficLimits = OverloadLimits & {
  /** Requests under way; one more is answered 503 with the flag OM. */
  readonly inFlightMax: number
  readonly connectionsMax: number
  /** The runtime may say otherwise, unless the overload manager has said it, which is the newer way (Envoy). */
  readonly isConnectionsMaxFixed: boolean
  readonly connectionsPerSourceMax: number
  /** Of requests' bodies, for other tries and for mirrors that are behind. */
  readonly keptBodyBytesMax: number
}

export const defaultLimits: TrafficLimits = {
  inFlightMax: 20_000,
  connectionsMax: 10_000,
  isConnectionsMaxFixed: false,
  connectionsPerSourceMax: 4096,
  keptBodyBytesMax: 64 * 1024 * 1024,
  heapTight: 0.85,
  heapFull: 0.95,
  memoryFull: 0.9,
  lagTightMs: 200,
}
