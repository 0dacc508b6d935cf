import { hashRequest } from '@heddle/engine/hash/hash-request'
import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { HttpExchange } from './http-exchange.ts'
import { requestedDestination } from './requested-destination.ts'
import { sessionEndpoint } from './session-endpoint.ts'

const nobody: readonly EndpointState[] = []

/** Where the next try goes: the client's session says so, or the balancer does. Undefined: nowhere. */
export function chooseEndpoint(
  exchange: HttpExchange,
  cluster: ClusterState,
  { retry, hashPolicies }: ForwardAction,
  tried: readonly EndpointState[],
  nowMs: number,
): EndpointState | undefined {
  const kept = sessionEndpoint(exchange, cluster)
  if (kept !== undefined) return kept === 'gone' ? undefined : kept
  const { hash, choice } = exchange
  const { discovery } = cluster.config
  if (discovery.kind === 'original-destination') {
    const destination = requestedDestination(discovery, exchange.connection, exchange.headers)
    const { headerName } = discovery
    const isInvalid = destination === undefined && headerName !== undefined && exchange.headers.has(headerName)
    if (isInvalid) cluster.totals.destinationsInvalid++
    return destination && cluster.learn(destination, nowMs)
  }
  if (cluster.usesHash && !hash.isSet) hashRequest(hashPolicies, exchange, hash)
  const avoid = retry?.avoidPreviousHosts === false ? nobody : tried
  return cluster.pick(nowMs, avoid, hash.isSet ? hash : undefined, choice?.subset, retry?.hostSelectionsMax)
}
