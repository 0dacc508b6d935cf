import type { Random } from '../request/random.ts'
import { eject, ejectionEndMs, endEjection } from './eject.ts'
import type { Detector, OutlierPolicy } from './outlier-policy.ts'
import type { OutlierRecord, OutlierSet } from './outlier-record.ts'

/**
 * The end of an interval: takes back whose time is over, then compares how the others did. True when anybody went or came.
 */
export function endInterval(
  policy: OutlierPolicy,
  records: readonly OutlierRecord[],
  set: OutlierSet,
  nowMs: number,
  random: Random,
): boolean {
  let hasChanged = false
  for (const record of records) {
    if (!record.isEjected) record.ejections = Math.max(0, record.ejections - 1)
    else if (ejectionEndMs(policy, record) <= nowMs) {
      endEjection(record, set)
      hasChanged = true
    }
  }
  const external = records.filter(({ isEjected }) => !isEjected)
  const judge = (rateOf: RateOf, rate: Detector, percentage: Detector) => {
    hasChanged = judgeRates(policy, external, set, { rateOf, rate, percentage, nowMs, random }) || hasChanged
  }
  judge(externalRate, 'success-rate', 'failure-percentage')
  if (policy.splitsLocalOrigin) judge(localRate, 'local-origin-success-rate', 'local-origin-failure-percentage')
  for (const record of records) {
    record.successRate = externalRate(record, policy.successRate.requestsMin)
    record.requests = 0
    record.successes = 0
    record.localTries = 0
    record.localSuccesses = 0
  }
  return hasChanged
}

/** Percent of success; −1 for fewer requests than are needed to tell. */
type RateOf = (record: OutlierRecord, requestsMin: number) => number

const externalRate: RateOf = ({ requests, successes }, requestsMin) =>
  requests === 0 || requests < requestsMin ? -1 : (100 * successes) / requests

const localRate: RateOf = ({ localTries, localSuccesses }, requestsMin) =>
  localTries === 0 || localTries < requestsMin ? -1 : (100 * localSuccesses) / localTries

type Judgement = {
  readonly rateOf: RateOf
  readonly rate: Detector
  readonly percentage: Detector
  readonly nowMs: number
  readonly random: Random
}

function judgeRates(
  policy: OutlierPolicy,
  records: readonly OutlierRecord[],
  set: OutlierSet,
  { rateOf, rate, percentage, nowMs, random }: Judgement,
): boolean {
  const { successRate, failurePercentage } = policy
  let hasEjected = false
  const eachBelow = (threshold: number, requestsMin: number, hostsMin: number, detector: Detector) => {
    const judged = records.filter((record) => rateOf(record, requestsMin) >= 0)
    if (judged.length === 0 || judged.length < hostsMin) return
    for (const record of judged) {
      const isBelow = rateOf(record, requestsMin) < threshold
      if (isBelow) hasEjected = eject(policy, record, set, detector, nowMs, random) || hasEjected
    }
  }
  const rates = records.map((record) => rateOf(record, successRate.requestsMin)).filter((each) => each >= 0)
  eachBelow(thresholdOf(rates, successRate.deviations), successRate.requestsMin, successRate.hostsMin, rate)
  // At the threshold is over it.
  const least = 100 - failurePercentage.threshold + 1e-9
  eachBelow(least, failurePercentage.requestsMin, failurePercentage.hostsMin, percentage)
  return hasEjected
}

/** So many standard deviations below the mean. */
function thresholdOf(rates: readonly number[], deviations: number): number {
  if (rates.length === 0) return 0
  const mean = rates.reduce((sum, each) => sum + each, 0) / rates.length
  const variance = rates.reduce((sum, each) => sum + (each - mean) ** 2, 0) / rates.length
  return mean - Math.sqrt(variance) * deviations
}
