import type { Random } from '../request/random.ts'
import { eject } from './eject.ts'
import type { Detector, OutlierPolicy, TryOutcome } from './outlier-policy.ts'
import type { OutlierRecord, OutlierSet } from './outlier-record.ts'

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
  record.localTries++
  record.localSuccesses++
  record.consecutiveLocal = 0
  record.requests++
  if (outcome === 'ok') {
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
