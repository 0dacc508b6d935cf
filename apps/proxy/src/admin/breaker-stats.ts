import type { CircuitBreaker } from '../cluster/circuit-breaker.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import { gauges, type Stat, type StatScope, sharedGauges } from './stat.ts'

/** `circuit_breakers.<priority>`: whether a limit is reached now (1 lets nothing more in), and how much room is left where that is tracked. */
export function breakerStats(scope: StatScope, { breaker, highBreaker }: ClusterState): Stat[] {
  return [...ofPriority(scope, 'default', breaker), ...ofPriority(scope, 'high', highBreaker)]
}

function ofPriority(scope: StatScope, priority: string, breaker: CircuitBreaker): Stat[] {
  const { limits, counts } = breaker
  const open = (isOpen: boolean) => (isOpen ? 1 : 0)
  const named = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`circuit_breakers.${priority}.${name}`, value]))
  const states = sharedGauges(
    scope,
    named({
      cx_open: open(breaker.isOutOfConnections),
      // There is no limit of pools.
      cx_pool_open: 0,
      rq_pending_open: open(counts.pending >= limits.pendingMax),
      rq_open: open(breaker.isOutOfRequests),
      rq_retry_open: open(!breaker.allowsRetry),
    }),
  )
  if (!limits.tracksRemaining) return states
  const left = (max: number, used: number) => Math.max(0, max - used)
  return [
    ...states,
    ...gauges(
      scope,
      named({
        remaining_cx: left(limits.connectionsMax, counts.connections),
        remaining_pending: left(limits.pendingMax, counts.pending),
        remaining_rq: left(limits.requestsMax, counts.requests),
        remaining_retries: breaker.retriesLeft,
      }),
    ),
  ]
}
