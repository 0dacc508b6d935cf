import type { OutlierConfig } from '../config/proxy-config.ts'
import type { EndpointState } from './endpoint-state.ts'

/** How one try ended, as outlier detection sees it. */
export type TryOutcome = 'ok' | 'server-error' | 'gateway-error' | 'local-failure'

/**
 * Takes one outcome in; true when the endpoint is ejected by it (Envoy's consecutive detectors).
 * Without `splitExternalLocalOrigin` a local failure counts as a gateway error.
 */
export function recordOutcome(
  outlier: OutlierConfig,
  endpoint: EndpointState,
  outcome: TryOutcome,
  all: readonly EndpointState[],
  nowMs: number,
): boolean {
  count(outlier, endpoint, outcome)
  const isOut =
    reached(endpoint.consecutive5xx, outlier.consecutive5xx, outlier.enforcing5xxPercent) ||
    reached(endpoint.consecutiveGateway, outlier.consecutiveGatewayFailure, outlier.enforcingGatewayPercent) ||
    (outlier.splitExternalLocalOrigin && reached(endpoint.consecutiveLocal, outlier.consecutiveLocalOriginFailure, 100))
  if (!isOut || endpoint.ejectedUntilMs > nowMs || !mayEject(outlier, all, nowMs)) return false
  endpoint.ejections++
  const longest = Math.max(outlier.ejectionMaxMs, outlier.baseEjectionMs)
  endpoint.ejectedUntilMs = nowMs + Math.min(outlier.baseEjectionMs * endpoint.ejections, longest)
  clear(endpoint)
  return true
}

function count(outlier: OutlierConfig, endpoint: EndpointState, outcome: TryOutcome): void {
  const isLocal = outcome === 'local-failure'
  if (isLocal && outlier.splitExternalLocalOrigin) {
    endpoint.consecutiveLocal++
    return
  }
  if (outcome === 'ok') {
    clear(endpoint)
    return
  }
  endpoint.consecutive5xx++
  if (outcome === 'server-error') endpoint.consecutiveGateway = 0
  else endpoint.consecutiveGateway++
  if (!isLocal) endpoint.consecutiveLocal = 0
}

function clear(endpoint: EndpointState): void {
  endpoint.consecutive5xx = 0
  endpoint.consecutiveGateway = 0
  endpoint.consecutiveLocal = 0
}

/** 0 switches a detector off. */
function reached(seen: number, limit: number, enforcingPercent: number): boolean {
  return limit > 0 && enforcingPercent > 0 && seen >= limit
}

/** One may always go where the share allows at least part of one and others remain; the last never does. */
function mayEject(outlier: OutlierConfig, all: readonly EndpointState[], nowMs: number): boolean {
  const ejected = all.filter(({ ejectedUntilMs }) => ejectedUntilMs > nowMs).length
  if (all.length - ejected <= 1) return false
  return ejected < Math.max(1, Math.floor((all.length * outlier.ejectionPercentMax) / 100))
}
