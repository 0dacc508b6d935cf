import type { RetryPriority } from '@heddle/engine/balance/retry-priority'
import { hashRequest } from '@heddle/engine/hash/hash-request'
import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { avoidedEndpoints, avoidsNobody } from '../cluster/avoided-endpoints.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { HttpExchange } from './http-exchange.ts'
import { requestedDestination } from './requested-destination.ts'
import { sessionEndpoint } from './session-endpoint.ts'

/** Where a request was sent before, and which priorities that leaves; nowhere, and all of them, at first. */
export type TriedEndpoints = {
  readonly tried: readonly EndpointState[]
  readonly priority: RetryPriority<EndpointState> | undefined
}

export const firstTry: TriedEndpoints = { tried: [], priority: undefined }

/** Where the next try goes: the client's session says so, or the balancer does. Undefined: nowhere. */
export function chooseEndpoint(
  exchange: HttpExchange,
  cluster: ClusterState,
  { retry, hashPolicies }: ForwardAction,
  { tried, priority }: TriedEndpoints,
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
  const avoid = retry === undefined ? avoidsNobody : avoidedEndpoints(retry, tried)
  const known = hash.isSet ? hash : undefined
  return cluster.pick(nowMs, avoid, known, choice?.subset, retry?.hostSelectionsMax, priority)
}
