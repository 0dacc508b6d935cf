import { retriesAllowed } from '@heddle/engine/limit/retry-budget'
import type { BreakerConfig } from '../config/cluster-config.ts'
import type { ConnectionCounts } from '../pool/connection-counts.ts'
import type { EndpointPool } from '../pool/endpoint-pool.ts'

/** What is under way in a cluster at one priority of its routes, and the limits against which it stands. */
export class CircuitBreaker {
  limits: BreakerConfig
  readonly counts: ConnectionCounts
  retriesActive = 0

  constructor(limits: BreakerConfig, counts: ConnectionCounts) {
    this.limits = limits
    this.counts = counts
  }

  /**
   * True when there is no room for another request over these connections, not even to wait there. Who has to wait counts
   * against the limit of requests when there is a connection: the pool asks then.
   */
  isFull(pool: EndpointPool): boolean {
    return pool.hasFree ? this.isOutOfRequests : this.counts.pending >= this.limits.pendingMax
  }

  /** True when there may be no further connection: whoever needs one of its own is refused. */
  get isOutOfConnections(): boolean {
    return this.counts.connections >= this.limits.connectionsMax
  }

  get isOutOfRequests(): boolean {
    return this.counts.requests >= this.limits.requestsMax
  }

  /** Requests that have a connection, and those that wait for one. */
  get requestsUnderWay(): number {
    return this.counts.requests + this.counts.pending
  }

  get allowsRetry(): boolean {
    return this.retriesActive < this.retriesMax
  }

  /** How many retries may be under way now: of a budget it follows from the requests that are. */
  get retriesMax(): number {
    const { retriesMax, retryBudget } = this.limits
    return retriesAllowed(retryBudget, retriesMax, this.requestsUnderWay)
  }

  /** How many retries may still begin. */
  get retriesLeft(): number {
    return Math.max(0, this.retriesMax - this.retriesActive)
  }
}
