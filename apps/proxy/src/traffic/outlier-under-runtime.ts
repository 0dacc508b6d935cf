import type { Detector, OutlierPolicy } from '@heddle/engine/outlier/outlier-policy'
import { countIn, type RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { changedOnce } from './changed-once.ts'

const enforcingKeys = {
  'consecutive-5xx': 'enforcing_consecutive_5xx',
  'consecutive-gateway-failure': 'enforcing_consecutive_gateway_failure',
  'consecutive-local-origin-failure': 'enforcing_consecutive_local_origin_failure',
  'success-rate': 'enforcing_success_rate',
  'local-origin-success-rate': 'enforcing_local_origin_success_rate',
  'failure-percentage': 'enforcing_failure_percentage',
  'local-origin-failure-percentage': 'enforcing_failure_percentage_local_origin',
} satisfies Record<Detector, string>

/** `outlier_detection.*`: the runtime says it of every cluster that has such a policy at all. */
export function outlierUnder(policy: OutlierPolicy, values: RuntimeValues): OutlierPolicy {
  const count = (name: string, otherwise: number) => countIn(values, `outlier_detection.${name}`, otherwise)
  const atLeast1 = (name: string, otherwise: number) => Math.max(1, count(name, otherwise))
  const thousandths = count('success_rate_stdev_factor', Number.NaN)
  const { enforcing, successRate, failurePercentage } = policy
  const detectors = Object.keys(enforcingKeys) as Detector[] // its own keys
  const enforced = detectors.map((each) => [each, count(enforcingKeys[each], enforcing[each])] as const)
  return changedOnce(policy, {
    consecutive5xx: count('consecutive_5xx', policy.consecutive5xx),
    consecutiveGatewayFailure: count('consecutive_gateway_failure', policy.consecutiveGatewayFailure),
    consecutiveLocalOriginFailure: count('consecutive_local_origin_failure', policy.consecutiveLocalOriginFailure),
    intervalMs: atLeast1('interval_ms', policy.intervalMs),
    baseEjectionMs: atLeast1('base_ejection_time_ms', policy.baseEjectionMs),
    ejectionMaxMs: atLeast1('max_ejection_time_ms', policy.ejectionMaxMs),
    jitterMaxMs: count('max_ejection_time_jitter_ms', policy.jitterMaxMs),
    ejectionPercentMax: Math.min(100, count('max_ejection_percent', policy.ejectionPercentMax)),
    successRate: changedOnce(successRate, {
      hostsMin: count('success_rate_minimum_hosts', successRate.hostsMin),
      requestsMin: count('success_rate_request_volume', successRate.requestsMin),
      deviations: Number.isNaN(thousandths) ? successRate.deviations : thousandths / 1000,
    }),
    failurePercentage: changedOnce(failurePercentage, {
      threshold: count('failure_percentage_threshold', failurePercentage.threshold),
      hostsMin: count('failure_percentage_minimum_hosts', failurePercentage.hostsMin),
      requestsMin: count('failure_percentage_request_volume', failurePercentage.requestsMin),
    }),
    // Every detector is there.
    enforcing: changedOnce(enforcing, Object.fromEntries(enforced) as Record<Detector, number>),
  })
}
