import type { Health, Signals } from '@heddle/shared/api/graph'

/** When an edge or a service counts as unwell. */
export const healthRules = {
  failErrorShare: 0.05,
  warnErrorShare: 0.01,
  /** A rule that refuses is no failure; who is refused so often may be somebody who was not meant. */
  warnDeniedShare: 0.05,
  /** Against the p95 of the hour before. */
  failLatencyRatio: 4,
  warnLatencyRatio: 2,
  /** Two slow milliseconds after one are no problem. */
  latencyIncreaseAtLeastMs: 25,
  requestsMin: 20,
  /** One failed request is an accident. */
  errorsMin: 2,
} as const

/** `baselineP95Ms` undefined: not known yet, and then latency says nothing. */
export function judgeHealth(signals: Signals, baselineP95Ms: number | undefined): Health {
  const { requests, errorShare, deniedShare, p95Ms } = signals
  if (requests === 0) return 'idle'
  // Few requests are not judged, unless so many of them fail that chance cannot explain it.
  if (requests < healthRules.requestsMin) {
    return lowerBound(errorShare, requests) >= healthRules.failErrorShare ? 'fail' : 'low'
  }
  const hasErrors = Math.round(errorShare * requests) >= healthRules.errorsMin
  const slowBy = p95Ms === undefined || baselineP95Ms === undefined ? 0 : p95Ms - baselineP95Ms
  const ratio = slowBy < healthRules.latencyIncreaseAtLeastMs ? 1 : (p95Ms ?? 0) / Math.max(baselineP95Ms ?? 1, 0.1)
  if ((hasErrors && errorShare >= healthRules.failErrorShare) || ratio > healthRules.failLatencyRatio) return 'fail'
  const hasDenied = Math.round(deniedShare * requests) >= healthRules.errorsMin
  if (hasDenied && deniedShare >= healthRules.warnDeniedShare) return 'warn'
  if ((hasErrors && errorShare >= healthRules.warnErrorShare) || ratio > healthRules.warnLatencyRatio) return 'warn'
  return 'ok'
}

export function isUnwell(health: Health): boolean {
  return health === 'warn' || health === 'fail'
}

/** What it is that makes something unwell; when it changes, something else has happened. */
export type Cause = 'errors' | 'denied' | 'latency'

export function causeOf(health: Health, { requests, errorShare, deniedShare }: Signals): Cause {
  const { errorsMin, failErrorShare, warnErrorShare, warnDeniedShare } = healthRules
  const isOften = (share: number, min: number) => share >= min && Math.round(share * requests) >= errorsMin
  if (isOften(errorShare, health === 'fail' ? failErrorShare : warnErrorShare)) return 'errors'
  return health === 'warn' && isOften(deniedShare, warnDeniedShare) ? 'denied' : 'latency'
}

/** The least share of errors that so many requests make likely: Wilson's interval at 95 %. */
function lowerBound(share: number, requests: number): number {
  const z = 1.96
  const center = share + (z * z) / (2 * requests)
  const spread = z * Math.sqrt((share * (1 - share)) / requests + (z * z) / (4 * requests * requests))
  return (center - spread) / (1 + (z * z) / requests)
}
