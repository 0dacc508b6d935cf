/** `envoy.config.core.v3.HealthCheck`, the part that decides; how an endpoint is asked is the proxy's. */
export type HealthPolicy = {
  /** Failures in a row that make an endpoint unhealthy, and successes that make it healthy again. */
  readonly unhealthyThreshold: number
  readonly healthyThreshold: number
  readonly intervalMs: number
  /** While the cluster has never been sent anything. */
  readonly noTrafficMs: number
  readonly noTrafficHealthyMs: number
  readonly unhealthyMs: number
  /** While a change is on its way, but the threshold is not reached. */
  readonly unhealthyEdgeMs: number
  readonly healthyEdgeMs: number
  readonly jitterMs: number
  readonly jitterPercent: number
  /** What the runtime allows, jitter included; any where it says nothing. */
  readonly waitMinMs?: number
  readonly waitMaxMs?: number
}

/** What checks have said of one endpoint. Changed only here. */
export type HealthRecord = {
  isHealthy: boolean
  isDegraded: boolean
  isFirst: boolean
  /** In a row, towards a change. */
  successes: number
  failures: number
}

/** `refusal` is an answer that says no, which needs no second one; `failure` is no answer, or one that may be repeated. */
export type CheckResult = 'success' | 'degraded' | 'failure' | 'refusal'

export type HealthChange = 'changed' | 'pending' | 'none'

/** An endpoint is unhealthy until it has answered once: nobody knows it yet. */
export function newHealthRecord(): HealthRecord {
  return { isHealthy: false, isDegraded: false, isFirst: true, successes: 0, failures: 0 }
}

/** Takes a result in. The first one counts at once when it is good, so that a start is not held up. */
export function takeCheckResult(policy: HealthPolicy, record: HealthRecord, result: CheckResult): HealthChange {
  const { isFirst } = record
  record.isFirst = false
  if (result === 'failure' || result === 'refusal') {
    record.successes = 0
    if (!record.isHealthy) return isFirst ? 'changed' : 'none'
    if (result === 'failure' && ++record.failures < policy.unhealthyThreshold) return 'pending'
    record.isHealthy = false
    return 'changed'
  }
  record.failures = 0
  const wasDegraded = record.isDegraded
  record.isDegraded = result === 'degraded'
  if (record.isHealthy) return wasDegraded === record.isDegraded ? 'none' : 'changed'
  if (!isFirst && ++record.successes < policy.healthyThreshold) return 'pending'
  record.isHealthy = true
  record.successes = 0
  return 'changed'
}

/** When to ask again. `draw` is in [0, 1). */
export function nextCheckMs(
  policy: HealthPolicy,
  result: CheckResult,
  change: HealthChange,
  hasTraffic: boolean,
  draw: number,
): number {
  const base = baseMs(policy, result === 'success' || result === 'degraded', change === 'pending', hasTraffic)
  const { waitMinMs = 0, waitMaxMs = Number.POSITIVE_INFINITY } = policy
  const waitMs = base + draw * policy.jitterMs + (draw * base * policy.jitterPercent) / 100
  // Never at once: nothing else would be done any more.
  return Math.max(1, waitMinMs, Math.min(waitMaxMs, waitMs))
}

function baseMs(policy: HealthPolicy, isGood: boolean, isPending: boolean, hasTraffic: boolean): number {
  if (!hasTraffic) return isGood ? policy.noTrafficHealthyMs : policy.noTrafficMs
  if (isGood) return isPending ? policy.healthyEdgeMs : policy.intervalMs
  return isPending ? policy.unhealthyEdgeMs : policy.unhealthyMs
}
