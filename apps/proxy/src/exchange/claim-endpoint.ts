import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { chooseEndpoint, type TriedEndpoints } from './choose-endpoint.ts'
import type { HttpExchange } from './http-exchange.ts'

/** Where the next try goes, if the circuit breaker of the route's priority has room for it there; else what is in the way. */
export function claimEndpoint(
  exchange: HttpExchange,
  cluster: ClusterState,
  action: ForwardAction,
  tried: TriedEndpoints,
  nowMs: number,
): EndpointState | 'no-healthy-endpoint' | 'overflow' {
  const endpoint = chooseEndpoint(exchange, cluster, action, tried, nowMs)
  if (endpoint === undefined) return 'no-healthy-endpoint'
  const isHigh = action.highPriority
  // An aggregate cluster has picked one of another, whose limits count.
  const owner = endpoint.cluster
  const breaker = isHigh ? owner.highBreaker : owner.breaker
  const pool = isHigh ? endpoint.pools.high : endpoint.pools.usual
  if (!breaker.isFull(pool)) return endpoint
  if (!pool.hasFree) {
    owner.totals.overflows++
    return 'overflow'
  }
  owner.totals.activeOverflows++
  // There is a connection, so it is known where it would have gone.
  exchange.endpoint = endpoint.config
  return 'overflow'
}
