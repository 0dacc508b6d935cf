import {
  type HealthStatusSet,
  HealthStatus as Status,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import type { EndpointHealth } from './assignment.ts'

const byStatus: Readonly<Record<Status, EndpointHealth>> = {
  [Status.UNKNOWN]: 'unknown',
  [Status.HEALTHY]: 'healthy',
  [Status.UNHEALTHY]: 'unhealthy',
  [Status.TIMEOUT]: 'timeout',
  [Status.DRAINING]: 'draining',
  [Status.DEGRADED]: 'degraded',
}

/** `override_host_status`: in which states an endpoint is used that a client's session names. */
export function decodeSessionHealth(message: HealthStatusSet | undefined): ReadonlySet<EndpointHealth> {
  const statuses = message === undefined ? [Status.UNKNOWN, Status.HEALTHY, Status.DEGRADED] : message.statuses
  return new Set(statuses.map((status) => byStatus[status]))
}
