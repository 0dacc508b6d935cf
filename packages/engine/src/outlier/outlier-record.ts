import type { Detector } from './outlier-policy.ts'

/** How an endpoint has behaved. Owned by the caller, changed only in this folder. */
export type OutlierRecord = {
  isEjected: boolean
  consecutive5xx: number
  consecutiveGateway: number
  consecutiveLocal: number
  ejectedAtMs: number
  jitterMs: number
  /** How often in a row: each ejection lasts longer than the one before. Each interval in peace takes one off. */
  ejections: number
  /** Of the interval under way: answers, and tries that never reached anybody where those count apart. */
  requests: number
  successes: number
  localTries: number
  localSuccesses: number
  /** Of the last whole interval, percent; −1 for too few requests. */
  successRate: number
  /** The same of attempts to reach it, where those count apart. */
  localOriginSuccessRate: number
}

/** Percent; −1 for too few endpoints that had requests enough. Who is below `ejectedBelow` was out of line. */
export type SuccessRates = { readonly average: number; readonly ejectedBelow: number }

export const noSuccessRates: SuccessRates = { average: -1, ejectedBelow: -1 }

/** Hears what becomes of endpoints, where somebody writes it down. */
export type OutlierWitness = {
  /** `isEnforced`: it was ejected for it. */
  found(record: OutlierRecord, detector: Detector, isEnforced: boolean): void
  returned(record: OutlierRecord): void
}

/** What is known of all endpoints of a cluster together. */
export type OutlierSet = {
  ejected: number
  size: number
  /** Findings that the share of the ejected did not allow. */
  overflows: number
  /** Of the last whole interval, over all endpoints. */
  successRates: SuccessRates
  localOriginSuccessRates: SuccessRates
  /** What each detector found, and how often somebody went for it. */
  readonly byDetector: Readonly<Record<Detector, { detected: number; enforced: number }>>
  readonly witness: OutlierWitness | undefined
}

export function newOutlierSet(witness?: OutlierWitness): OutlierSet {
  const none = () => ({ detected: 0, enforced: 0 })
  return {
    ejected: 0,
    size: 0,
    overflows: 0,
    successRates: noSuccessRates,
    localOriginSuccessRates: noSuccessRates,
    byDetector: {
      'consecutive-5xx': none(),
      'consecutive-gateway-failure': none(),
      'consecutive-local-origin-failure': none(),
      'success-rate': none(),
      'local-origin-success-rate': none(),
      'failure-percentage': none(),
      'local-origin-failure-percentage': none(),
    },
    witness,
  }
}

export function newOutlierRecord(): OutlierRecord {
  return {
    isEjected: false,
    consecutive5xx: 0,
    consecutiveGateway: 0,
    consecutiveLocal: 0,
    ejectedAtMs: 0,
    jitterMs: 0,
    ejections: 0,
    requests: 0,
    successes: 0,
    localTries: 0,
    localSuccesses: 0,
    successRate: -1,
    localOriginSuccessRate: -1,
  }
}
