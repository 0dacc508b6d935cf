import { durationMs } from '@heddle/engine/duration-ms'
import type { OutlierPolicy } from '@heddle/engine/outlier/outlier-policy'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type OutlierDetection,
  OutlierDetectionSchema,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/outlier_detection_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'

const supported = new Set(OutlierDetectionSchema.fields.map(({ name }) => name).filter((name) => name !== 'monitors'))

/** `outlier_detection`. Defaults are Envoy's. */
export function decodeOutlier(message: OutlierDetection): OutlierPolicy {
  const path = 'outlier_detection'
  refuseUnsupported(OutlierDetectionSchema, message, supported, path)
  const percent = (value: number | undefined, byDefault: number, field: string) => {
    if (value !== undefined && value > 100) throw new ResourceRejected(`${path}.${field}`, 'is more than 100')
    return value ?? byDefault
  }
  const time = (value: number | undefined, byDefault: number, field: string) => {
    if (value !== undefined && value <= 0) throw new ResourceRejected(`${path}.${field}`, 'must be more than 0')
    return value ?? byDefault
  }
  const baseEjectionMs = time(durationMs(message.baseEjectionTime), 30_000, 'base_ejection_time')
  return {
    consecutive5xx: message.consecutive5xx ?? 5,
    consecutiveGatewayFailure: message.consecutiveGatewayFailure ?? 5,
    consecutiveLocalOriginFailure: message.consecutiveLocalOriginFailure ?? 5,
    splitsLocalOrigin: message.splitExternalLocalOriginErrors,
    intervalMs: time(durationMs(message.interval), 10_000, 'interval'),
    baseEjectionMs,
    ejectionMaxMs: time(durationMs(message.maxEjectionTime), Math.max(300_000, baseEjectionMs), 'max_ejection_time'),
    jitterMaxMs: durationMs(message.maxEjectionTimeJitter) ?? 0,
    ejectionPercentMax: percent(message.maxEjectionPercent, 10, 'max_ejection_percent'),
    alwaysEjectsOne: message.alwaysEjectOneHost ?? false,
    successRate: {
      hostsMin: message.successRateMinimumHosts ?? 5,
      requestsMin: message.successRateRequestVolume ?? 100,
      deviations: (message.successRateStdevFactor ?? 1900) / 1000,
    },
    failurePercentage: {
      threshold: percent(message.failurePercentageThreshold, 85, 'failure_percentage_threshold'),
      hostsMin: message.failurePercentageMinimumHosts ?? 5,
      requestsMin: message.failurePercentageRequestVolume ?? 50,
    },
    enforcing: {
      'consecutive-5xx': percent(message.enforcingConsecutive5xx, 100, 'enforcing_consecutive_5xx'),
      'consecutive-gateway-failure': percent(
        message.enforcingConsecutiveGatewayFailure,
        0,
        'enforcing_consecutive_gateway_failure',
      ),
      'consecutive-local-origin-failure': percent(
        message.enforcingConsecutiveLocalOriginFailure,
        100,
        'enforcing_consecutive_local_origin_failure',
      ),
      'success-rate': percent(message.enforcingSuccessRate, 100, 'enforcing_success_rate'),
      'local-origin-success-rate': percent(
        message.enforcingLocalOriginSuccessRate,
        100,
        'enforcing_local_origin_success_rate',
      ),
      'failure-percentage': percent(message.enforcingFailurePercentage, 0, 'enforcing_failure_percentage'),
      'local-origin-failure-percentage': percent(
        message.enforcingFailurePercentageLocalOrigin,
        0,
        'enforcing_failure_percentage_local_origin',
      ),
    },
    checkEndsEjection: message.successfulActiveHealthCheckUnejectHost ?? true,
  }
}
