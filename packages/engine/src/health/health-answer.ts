import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type HealthCheck,
  HealthCheckSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/health_check/v3/health_check_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { durationMs } from '../duration-ms.ts'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import type { HeaderMatcher } from '../match/header-matcher.ts'

/** `health_check`: which requests ask whether the proxy or the workload behind it is well, and who answers them. */
export type HealthAnswer = {
  readonly headers: readonly HeaderMatcher[]
  /** The upstream answers; what it says may be remembered for so long, 0 for not at all. */
  readonly passesThrough: boolean
  readonly cacheMs: number
  /** Of each cluster so many percent must be well, where the proxy itself answers. */
  readonly clusters: readonly { readonly name: string; readonly percent: number }[]
}

const supported = new Set(['pass_through_mode', 'cache_time', 'cluster_min_healthy_percentages', 'headers'])

export function compileHealthAnswer(message: HealthCheck, path: string): HealthAnswer {
  refuseUnsupported(HealthCheckSchema, message, supported, path)
  const { passThroughMode, cacheTime, clusterMinHealthyPercentages, headers } = message
  if (passThroughMode === undefined) throw new ResourceRejected(`${path}.pass_through_mode`, 'is required')
  const cacheMs = durationMs(cacheTime) ?? 0
  if (!passThroughMode && cacheMs > 0) throw new ResourceRejected(`${path}.cache_time`, 'needs pass_through_mode')
  return {
    headers: headers.map((header, index) => compileHeaderMatcher(header, `${path}.headers[${index}]`)),
    passesThrough: passThroughMode,
    cacheMs,
    // Whole percents, as Envoy has it.
    clusters: Object.entries(clusterMinHealthyPercentages).map(([name, { value }]) => ({
      name,
      percent: percentOf(value, `${path}.cluster_min_healthy_percentages["${name}"]`),
    })),
  }
}

function percentOf(value: number, path: string): number {
  if (!(value >= 0 && value <= 100)) throw new ResourceRejected(path, 'must be from 0 to 100')
  return Math.floor(value)
}

/** How many endpoints a cluster has, and how many of them take traffic, degraded ones among them. */
export type ClusterHealth = { readonly total: number; readonly usable: number }

/** Why a cluster is not well enough, as Envoy's `response_code_details` say it; undefined: it is. */
export function ailmentOf(health: ClusterHealth | undefined, percent: number): string | undefined {
  if (health === undefined) return 'health_check_failed_no_cluster_found'
  if (health.total === 0) return percent === 0 ? undefined : 'health_check_failed_cluster_empty'
  return 100 * health.usable < health.total * percent ? 'health_check_failed_cluster_unhealthy' : undefined
}
