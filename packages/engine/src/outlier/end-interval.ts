import type { Random } from '../request/random.ts'
import { eject, ejectionEndMs, endEjection } from './eject.ts'
import type { Detector, OutlierPolicy } from './outlier-policy.ts'
import { noSuccessRates, type OutlierRecord, type OutlierSet, type SuccessRates } from './outlier-record.ts'

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
  for (const record of records) {
    record.successRate = externalRate(record, policy.successRate.requestsMin)
    record.localOriginSuccessRate = policy.splitsLocalOrigin ? localRate(record, policy.successRate.requestsMin) : -1
  }
  const external = records.filter(({ isEjected }) => !isEjected)
  const judge = (rateOf: RateOf, rates: SuccessRates, rate: Detector, percentage: Detector) => {
    hasChanged = judgeRates(policy, external, set, { rateOf, rates, rate, percentage, nowMs, random }) || hasChanged
  }
  set.successRates = successRatesOf(external, externalRate, policy)
  judge(externalRate, set.successRates, 'success-rate', 'failure-percentage')
  set.localOriginSuccessRates = policy.splitsLocalOrigin ? successRatesOf(external, localRate, policy) : noSuccessRates
  if (policy.splitsLocalOrigin) {
    judge(localRate, set.localOriginSuccessRates, 'local-origin-success-rate', 'local-origin-failure-percentage')
  }
  for (const record of records) {
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
  readonly rates: SuccessRates
  readonly rate: Detector
  readonly percentage: Detector
  readonly nowMs: number
  readonly random: Random
}

function judgeRates(
  policy: OutlierPolicy,
  records: readonly OutlierRecord[],
  set: OutlierSet,
  { rateOf, rates, rate, percentage, nowMs, random }: Judgement,
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
  eachBelow(rates.ejectedBelow, successRate.requestsMin, successRate.hostsMin, rate)
  // At the threshold is over it.
  const least = 100 - failurePercentage.threshold + 1e-9
  eachBelow(least, failurePercentage.requestsMin, failurePercentage.hostsMin, percentage)
  return hasEjected
}

/** The mean, and so many standard deviations below it. */
function successRatesOf(
  records: readonly OutlierRecord[],
  rateOf: RateOf,
  { successRate: { requestsMin, hostsMin, deviations } }: OutlierPolicy,
): SuccessRates {
  const rates = records.map((record) => rateOf(record, requestsMin)).filter((each) => each >= 0)
  if (rates.length === 0 || rates.length < hostsMin) return noSuccessRates
  const average = rates.reduce((sum, each) => sum + each, 0) / rates.length
  const variance = rates.reduce((sum, each) => sum + (each - average) ** 2, 0) / rates.length
  return { average, ejectedBelow: average - Math.sqrt(variance) * deviations }
}
