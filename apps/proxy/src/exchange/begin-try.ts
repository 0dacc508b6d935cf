import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { HttpExchange } from './http-exchange.ts'
import { tellTry } from './tell-try.ts'
import { TryMeasure } from './try-measure.ts'
import { UpstreamTry } from './upstream-try.ts'

/** A try at an endpoint that was claimed for it: counted from here on, and what it is told stands in the request's headers. */
export function beginTry(
  exchange: HttpExchange,
  cluster: ClusterState,
  action: ForwardAction,
  endpoint: EndpointState,
  isRetry: boolean,
  nowMs: number,
): UpstreamTry {
  exchange.endpoint = endpoint.config
  tellTry(exchange, action, exchange.attempts, nowMs)
  const { highBreaker, breaker } = endpoint.cluster
  const chosen = action.highPriority ? highBreaker : breaker
  const started = new UpstreamTry(cluster, chosen, endpoint, isRetry, nowMs, exchange.lastTry)
  const { measuresBudgets, measuresSizes } = endpoint.cluster.config
  if (measuresBudgets || measuresSizes) started.measure = new TryMeasure(exchange, action, endpoint.cluster, nowMs)
  exchange.lastTry = started
  return started
}
