import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { EndpointHealth } from '../config/assignment.ts'
import type { HttpExchange } from './http-exchange.ts'

/**
 * The endpoint that the client's session names, where it may be used; `gone` for one that may not, when the session
 * allows no other. A retry goes elsewhere.
 */
export function sessionEndpoint(
  { session, sessionAddress, attempts }: HttpExchange,
  cluster: ClusterState,
): EndpointState | 'gone' | undefined {
  if (session === undefined || sessionAddress === '' || attempts > 1) return undefined
  const endpoint = cluster.endpointAt(sessionAddress)
  if (endpoint !== undefined && cluster.config.sessionHealth.has(healthOf(endpoint))) return endpoint
  return session.isStrict ? 'gone' : undefined
}

/** What is found out against it comes first, then what is said of it (Envoy). */
function healthOf({ config, checked, isEjected }: EndpointState): EndpointHealth {
  if (isEjected || checked === 'unhealthy' || checked === 'pending') return 'unhealthy'
  const isWell = config.health === 'healthy' || config.health === 'unknown'
  return isWell && checked === 'degraded' ? 'degraded' : config.health
}
