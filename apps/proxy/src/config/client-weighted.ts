import type { BalancerPolicy } from '@heddle/engine/balance/balancer-settings'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type ClientSideWeightedRoundRobin,
  ClientSideWeightedRoundRobinSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'

const supported = new Set([
  'enable_oob_load_report',
  // Of reports that come by themselves, which are refused below.
  'oob_reporting_period',
  'blackout_period',
  'weight_expiration_period',
  'weight_update_period',
  'error_utilization_penalty',
  'metric_names_for_computing_utilization',
])
/** Envoy's. */
const updateMsMin = 100

export function clientWeighted(message: ClientSideWeightedRoundRobin, path: string): BalancerPolicy {
  refuseUnsupported(ClientSideWeightedRoundRobinSchema, message, supported, path)
  if (message.enableOobLoadReport === true) {
    throw new ResourceRejected(`${path}.enable_oob_load_report`, 'is not supported: reports come with answers')
  }
  // The API's documentation says 1; this is what Envoy does.
  const errorPenalty = message.errorUtilizationPenalty ?? 0
  if (!(errorPenalty >= 0)) throw new ResourceRejected(`${path}.error_utilization_penalty`, 'must not be negative')
  return {
    kind: 'client-weighted',
    blackoutMs: durationMs(message.blackoutPeriod) ?? 10_000,
    expirationMs: durationMs(message.weightExpirationPeriod) ?? 180_000,
    updateMs: Math.max(updateMsMin, durationMs(message.weightUpdatePeriod) ?? 1000),
    errorPenalty,
    metrics: message.metricNamesForComputingUtilization,
  }
}
