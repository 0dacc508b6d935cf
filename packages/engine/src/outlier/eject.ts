import type { Random } from '../request/random.ts'
import type { Detector, OutlierPolicy } from './outlier-policy.ts'
import type { OutlierRecord, OutlierSet } from './outlier-record.ts'

/** Takes an endpoint out, where the detector is enforced and the share of those that are out allows it. */
export function eject(
  policy: OutlierPolicy,
  record: OutlierRecord,
  set: OutlierSet,
  detector: Detector,
  nowMs: number,
  random: Random,
): boolean {
  const counts = set.byDetector[detector]
  counts.detected++
  if (record.isEjected) return false
  if (!mayEject(policy, set)) {
    set.overflows++
    return false
  }
  const enforcing = policy.enforcing[detector]
  if (enforcing < 100 && random() * 100 >= enforcing) {
    set.witness?.found(record, detector, false)
    return false
  }
  counts.enforced++
  set.ejected++
  record.isEjected = true
  record.ejectedAtMs = nowMs
  record.jitterMs = policy.jitterMaxMs > 0 ? random() * policy.jitterMaxMs : 0
  // Beyond the longest time, counting on would only make it harder to forgive.
  if (policy.baseEjectionMs * record.ejections < policy.ejectionMaxMs) record.ejections++
  set.witness?.found(record, detector, true)
  return true
}

/** Takes it back in, with a clean record: one more error must not send it out again. */
export function endEjection(record: OutlierRecord, set: OutlierSet): void {
  if (!record.isEjected) return
  set.ejected--
  record.isEjected = false
  record.consecutive5xx = 0
  record.consecutiveGateway = 0
  record.consecutiveLocal = 0
  set.witness?.returned(record)
}

export function ejectionEndMs(policy: OutlierPolicy, { ejectedAtMs, ejections, jitterMs }: OutlierRecord): number {
  return ejectedAtMs + Math.min(policy.baseEjectionMs * ejections, policy.ejectionMaxMs) + jitterMs
}

function mayEject({ ejectionPercentMax, alwaysEjectsOne }: OutlierPolicy, { ejected, size }: OutlierSet): boolean {
  // The only one never goes for this reason alone: with the panic off, nobody would be left.
  if (alwaysEjectsOne && ejected === 0 && size > 1) return true
  return (100 * (ejected + 1)) / size <= ejectionPercentMax
}
