import type { Random } from '../request/random.ts'
import { eject } from './eject.ts'
import type { Detector, OutlierPolicy, TryOutcome } from './outlier-policy.ts'
import type { OutlierRecord, OutlierSet } from './outlier-record.ts'

export function isFailure(outcome: TryOutcome): boolean {
  return outcome === 'server-error' || outcome === 'gateway-error' || outcome === 'local-failure'
}

/** Takes one outcome in; true when the endpoint is ejected by it (the detectors that count in a row). */
export function recordOutcome(
  policy: OutlierPolicy,
  record: OutlierRecord,
  set: OutlierSet,
  outcome: TryOutcome,
  nowMs: number,
  random: Random,
): boolean {
  if (outcome === 'local-failure' && policy.splitsLocalOrigin) {
    record.localTries++
    if (++record.consecutiveLocal !== policy.consecutiveLocalOriginFailure) return false
    record.consecutiveLocal = 0
    return eject(policy, record, set, 'consecutive-local-origin-failure', nowMs, random)
  }
  if (outcome === 'connected' || (outcome === 'tunnel-open' && policy.splitsLocalOrigin)) {
    // Whoever lets us in and then says nothing is not the same as who cannot be reached: they count from the beginning.
    record.localTries++
    record.localSuccesses++
    record.consecutiveLocal = 0
    return false
  }
  record.requests++
  if (outcome === 'ok' || outcome === 'tunnel-open') {
    record.successes++
    record.consecutive5xx = 0
    record.consecutiveGateway = 0
    return false
  }
  let isEjected = false
  const found = (detector: Detector) => {
    isEjected = eject(policy, record, set, detector, nowMs, random) || isEjected
  }
  if (outcome === 'server-error') record.consecutiveGateway = 0
  else if (++record.consecutiveGateway === policy.consecutiveGatewayFailure) {
    record.consecutiveGateway = 0
    found('consecutive-gateway-failure')
  }
  if (++record.consecutive5xx === policy.consecutive5xx) {
    record.consecutive5xx = 0
    found('consecutive-5xx')
  }
  return isEjected
}
