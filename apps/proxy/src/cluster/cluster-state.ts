import { candidatesOf } from '@heddle/engine/balance/candidates-of'
import { pickEndpoint } from '@heddle/engine/balance/pick-endpoint'
import { allowsRetry } from '@heddle/engine/limit/retry-budget'
import { recordOutcome, type TryOutcome } from '@heddle/engine/outlier/record-outcome'
import type { Assignment, ClusterConfig, EndpointConfig } from '../config/proxy-config.ts'
import { type ConnectionCounts, EndpointPool, type PoolSettings } from '../pool/endpoint-pool.ts'
import { type EndpointState, newEndpointState } from './endpoint-state.ts'

/** Envoy's default for what an upstream may send as a head. */
const headerLimits = { headerBytesMax: 60 * 1024, headerCountMax: 100 }
/** How long a list of candidates serves; ejections and configuration end it at once. */
const candidatesMs = 100

/** A cluster while it lives: endpoints with their pools, and what is counted against its circuit breaker. */
export class ClusterState {
  config: ClusterConfig
  readonly counts: ConnectionCounts = { connections: 0, pending: 0, connectFailures: 0 }
  requestsActive = 0
  retriesActive = 0
  readonly totals = { requests: 0, retries: 0, overflows: 0, ejections: 0, timeouts: 0, mirrorsDropped: 0 }
  private byAddress = new Map<string, EndpointState>()
  private list: readonly EndpointState[] = []
  private candidates: readonly EndpointState[] = []
  private candidatesUntilMs = 0

  constructor(config: ClusterConfig, assignment: Assignment | undefined) {
    this.config = config
    this.update(config, assignment)
  }

  get endpoints(): readonly EndpointState[] {
    return this.list
  }

  /** Takes new configuration; endpoints that stay keep their connections and their record. */
  update(config: ClusterConfig, assignment: Assignment | undefined): void {
    this.config = config
    const settings = poolSettings(config)
    const next = new Map<string, EndpointState>()
    for (const endpoint of assignment?.endpoints ?? []) {
      const { key } = endpoint
      const known = this.byAddress.get(key)
      if (known) {
        known.config = endpoint
        known.pool.update(settings, endpoint.address)
      }
      next.set(key, known ?? this.newEndpoint(endpoint, settings))
    }
    for (const [key, endpoint] of this.byAddress) if (!next.has(key)) endpoint.pool.close()
    this.byAddress = next
    this.list = [...next.values()]
    this.candidatesUntilMs = 0
  }

  /** The endpoint of this address, healthy or not. */
  endpointAt(key: string): EndpointState | undefined {
    return this.byAddress.get(key)
  }

  /** An endpoint for one try, other than `avoid` where there is a choice. */
  pick(nowMs: number, random: () => number, avoid: readonly EndpointState[]): EndpointState | undefined {
    if (nowMs >= this.candidatesUntilMs) {
      this.candidates = candidatesOf(this.list, this.config.panicThresholdPercent, nowMs)
      this.candidatesUntilMs = nowMs + candidatesMs
    }
    if (avoid.length === 0) return pickEndpoint(this.config.balancer, this.candidates, random)
    const others = this.candidates.filter((endpoint) => !avoid.includes(endpoint))
    return pickEndpoint(this.config.balancer, others.length > 0 ? others : this.candidates, random)
  }

  /** True when the circuit breaker has no room for another request to this endpoint. */
  isFull(endpoint: EndpointState): boolean {
    const { breaker } = this.config
    if (this.requestsActive >= breaker.requestsMax) return true
    if (endpoint.pool.hasFree) return false
    return this.counts.connections >= breaker.connectionsMax || this.counts.pending >= breaker.pendingMax
  }

  /** The budget: so many of the requests under way may be retries. It is always on. */
  mayRetry(): boolean {
    const { retriesMax, retryBudget } = this.config.breaker
    return allowsRetry(retryBudget, retriesMax, this.retriesActive, this.requestsActive)
  }

  record(endpoint: EndpointState, outcome: TryOutcome, nowMs: number): void {
    if (outcome !== 'ok') endpoint.failures++
    const { outlier } = this.config
    if (outlier === undefined || !recordOutcome(outlier, endpoint, outcome, this.list, nowMs)) return
    this.totals.ejections++
    this.candidatesUntilMs = 0
  }

  sweep(nowMs: number): void {
    for (const { pool } of this.list) pool.sweep(nowMs)
  }

  close(): void {
    for (const { pool } of this.list) pool.close()
  }

  private newEndpoint(endpoint: EndpointConfig, settings: PoolSettings): EndpointState {
    return newEndpointState(endpoint, new EndpointPool(endpoint.address, settings, this.counts))
  }
}

function poolSettings(config: ClusterConfig): PoolSettings {
  return {
    connectTimeoutMs: config.connectTimeoutMs,
    idleTimeoutMs: config.idleTimeoutMs,
    requestsPerConnectionMax: config.requestsPerConnectionMax,
    bindAddress: config.bindAddress,
    keepalive: config.tcpKeepalive,
    tls: config.tls,
    ...headerLimits,
  }
}
