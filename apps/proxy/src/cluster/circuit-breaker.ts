import { allowsRetry, retriesAllowed } from '@heddle/engine/limit/retry-budget'
import type { BreakerConfig } from '../config/cluster-config.ts'
import type { ConnectionCounts } from '../pool/connection-counts.ts'
import type { EndpointPool } from '../pool/endpoint-pool.ts'

/** What is under way in a cluster at one priority of its routes, and the limits against which it stands. */
export class CircuitBreaker {
  limits: BreakerConfig
  readonly counts: ConnectionCounts
  requestsActive = 0
  retriesActive = 0

  constructor(limits: BreakerConfig, counts: ConnectionCounts) {
    this.limits = limits
    this.counts = counts
  }

  /** True when there is no room for another request over these connections, not even to wait there. */
  isFull(pool: EndpointPool): boolean {
    return this.isOutOfRequests || this.hasNoPlaceToWait(pool)
  }

  /** True when a request would have to wait for a connection, and as many as may do so already. */
  hasNoPlaceToWait(pool: EndpointPool): boolean {
    return this.counts.pending >= this.limits.pendingMax && !pool.hasFree
  }

  /** True when there may be no further connection: whoever needs one of its own is refused. */
  get isOutOfConnections(): boolean {
    return this.counts.connections >= this.limits.connectionsMax
  }

  /** Those that wait until a connection becomes free count when they have it: until then the limit of waiting ones holds. */
  get isOutOfRequests(): boolean {
    return this.requestsActive - this.counts.blocked >= this.limits.requestsMax
  }

  /** The budget: so many of the requests under way may be retries. It is always on. */
  get allowsRetry(): boolean {
    const { retriesMax, retryBudget } = this.limits
    return allowsRetry(retryBudget, retriesMax, this.retriesActive, this.requestsActive)
  }

  /** How many retries may still begin. */
  get retriesLeft(): number {
    const { retriesMax, retryBudget } = this.limits
    return Math.max(0, Math.floor(retriesAllowed(retryBudget, retriesMax, this.requestsActive)) - this.retriesActive)
  }
}
