import { TimeSlice } from '../clock/time-slice.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { HealthCheckConfig } from '../config/health-check-config.ts'
import { CheckQueue } from './check-queue.ts'
import { EndpointChecker } from './endpoint-checker.ts'
import type { WriteEvent } from './health-events.ts'

type Checked = { readonly config: HealthCheckConfig; readonly checkers: Map<EndpointState, EndpointChecker> }

/** A configuration does not wait longer for the first checks of new clusters. */
const firstMaxMs = 5000

/** Active health checks of all clusters that ask for them, beside the request path. */
export class HealthChecks implements Disposable {
  private readonly checked = new Map<ClusterState, Checked>()
  private readonly queue = new CheckQueue()
  private readonly random: () => number
  private readonly write: WriteEvent

  constructor(random: () => number, write: WriteEvent) {
    this.random = random
    this.write = write
  }

  /** Checks the endpoints that the clusters have now; resolves when those of clusters that are new are known. */
  async follow(clusters: Iterable<ClusterState>): Promise<void> {
    const current = new Set(clusters)
    for (const [cluster, { checkers }] of this.checked) {
      if (current.has(cluster) && cluster.config.healthCheck !== undefined) continue
      for (const [endpoint, checker] of checkers) {
        checker[Symbol.dispose]()
        cluster.uncheck(endpoint)
      }
      this.checked.delete(cluster)
    }
    const slice = new TimeSlice()
    const started: EndpointChecker[] = []
    for (const cluster of current) {
      started.push(...this.followOne(cluster))
      if (slice.isOver) await slice.next()
    }
    if (started.length > 0) await withLimit(Promise.all(started.map(({ first }) => first)), firstMaxMs)
  }

  [Symbol.dispose](): void {
    for (const { checkers } of this.checked.values()) for (const checker of checkers.values()) checker[Symbol.dispose]()
    this.checked.clear()
  }

  /**
   * The endpoints of one cluster, as they are now. Those that stay keep what is known of them, unless the check itself is
   * another. Returns the checkers of a cluster that is new.
   */
  followOne(cluster: ClusterState): readonly EndpointChecker[] {
    const config = cluster.config.healthCheck
    if (config === undefined) return []
    const before = this.checked.get(cluster)
    if (before !== undefined && before.config !== config) {
      for (const checker of before.checkers.values()) checker[Symbol.dispose]()
    }
    const kept = before?.config === config ? before.checkers : undefined
    const checkers = new Map<EndpointState, EndpointChecker>()
    for (const endpoint of cluster.members) {
      if (endpoint.config.healthCheck.isDisabled) {
        cluster.uncheck(endpoint)
        continue
      }
      const known = kept?.get(endpoint)
      // One that comes to a cluster that is checked must prove itself; where checking begins, everybody goes on until then.
      if (known === undefined && before !== undefined && endpoint.checked === 'unchecked') cluster.awaitCheck(endpoint)
      checkers.set(
        endpoint,
        known ?? new EndpointChecker(cluster, endpoint, config, this.queue, this.random, this.write),
      )
    }
    for (const [endpoint, checker] of kept ?? []) if (!checkers.has(endpoint)) checker[Symbol.dispose]()
    this.checked.set(cluster, { config, checkers })
    return before === undefined ? [...checkers.values()] : []
  }
}

function withLimit(all: Promise<unknown>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs)
    void all.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
