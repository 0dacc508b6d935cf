/** `envoy.config.cluster.v3.OutlierDetection`: when an endpoint that fails is left alone for a while. */
export type OutlierPolicy = {
  /** 0 switches a detector off. */
  readonly consecutive5xx: number
  readonly consecutiveGatewayFailure: number
  readonly consecutiveLocalOriginFailure: number
  /** Otherwise a local failure (no connection, no answer) counts as a gateway error. */
  readonly splitExternalLocalOrigin: boolean
  readonly intervalMs: number
  readonly baseEjectionMs: number
  readonly ejectionMaxMs: number
  readonly ejectionPercentMax: number
  readonly enforcing5xxPercent: number
  readonly enforcingGatewayPercent: number
}

/** How an endpoint has behaved. Owned by the caller, changed only here. */
export type EndpointRecord = {
  consecutive5xx: number
  consecutiveGateway: number
  consecutiveLocal: number
  ejectedUntilMs: number
  /** How often in a row: each ejection lasts longer than the one before. */
  ejections: number
}

/** How one try ended, as outlier detection sees it. */
export type TryOutcome = 'ok' | 'server-error' | 'gateway-error' | 'local-failure'

/** Takes one outcome in; true when the endpoint is ejected by it (Envoy's consecutive detectors). */
export function recordOutcome(
  policy: OutlierPolicy,
  endpoint: EndpointRecord,
  outcome: TryOutcome,
  all: readonly EndpointRecord[],
  nowMs: number,
): boolean {
  count(policy, endpoint, outcome)
  const isOut =
    reached(endpoint.consecutive5xx, policy.consecutive5xx, policy.enforcing5xxPercent) ||
    reached(endpoint.consecutiveGateway, policy.consecutiveGatewayFailure, policy.enforcingGatewayPercent) ||
    (policy.splitExternalLocalOrigin && reached(endpoint.consecutiveLocal, policy.consecutiveLocalOriginFailure, 100))
  if (!isOut || endpoint.ejectedUntilMs > nowMs || !mayEject(policy, all, nowMs)) return false
  endpoint.ejections = Math.max(0, endpoint.ejections - forgiven(policy, endpoint, nowMs)) + 1
  const longest = Math.max(policy.ejectionMaxMs, policy.baseEjectionMs)
  endpoint.ejectedUntilMs = nowMs + Math.min(policy.baseEjectionMs * endpoint.ejections, longest)
  clear(endpoint)
  return true
}

function count(policy: OutlierPolicy, endpoint: EndpointRecord, outcome: TryOutcome): void {
  const isLocal = outcome === 'local-failure'
  if (isLocal && policy.splitExternalLocalOrigin) {
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

function clear(endpoint: EndpointRecord): void {
  endpoint.consecutive5xx = 0
  endpoint.consecutiveGateway = 0
  endpoint.consecutiveLocal = 0
}

function reached(seen: number, limit: number, enforcingPercent: number): boolean {
  return limit > 0 && enforcingPercent > 0 && seen >= limit
}

/** Each interval since the last ejection ended takes one ejection off the account, as Envoy's sweep does. */
function forgiven({ intervalMs }: OutlierPolicy, { ejectedUntilMs }: EndpointRecord, nowMs: number): number {
  return ejectedUntilMs === 0 || intervalMs <= 0 ? 0 : Math.floor((nowMs - ejectedUntilMs) / intervalMs)
}

/** One may always go where the share allows at least part of one and others remain; the last never does. */
function mayEject(policy: OutlierPolicy, all: readonly EndpointRecord[], nowMs: number): boolean {
  let ejected = 0
  for (const endpoint of all) if (endpoint.ejectedUntilMs > nowMs) ejected++
  if (all.length - ejected <= 1) return false
  return ejected < Math.max(1, Math.floor((all.length * policy.ejectionPercentMax) / 100))
}
