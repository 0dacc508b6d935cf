import type { ClusterState } from '../cluster/cluster-state.ts'
import { tlsOfCluster } from '../config/secret-refs.ts'
import { HistogramCell } from '../counts/histogram-cell.ts'
import type { LookupCounts } from '../dns/lookup-counts.ts'
import type { ClusterTally } from '../telemetry/request-tally.ts'
import { balanceStats } from './balance-stats.ts'
import { breakerStats } from './breaker-stats.ts'
import { byStatus } from './by-status.ts'
import { endpointStats } from './endpoint-stats.ts'
import { measureStats } from './measure-stats.ts'
import { clusterScope, counters, gauges, histogram, type Stat, type StatScope, sharedGauges } from './stat.ts'
import { tlsStats } from './tls-stats.ts'

/** `cluster.<name>`: what Envoy's dashboards read of a cluster. `tallies` are the requests that ended in it. */
export function clusterStats(
  name: string,
  cluster: ClusterState,
  tallies: readonly ClusterTally[],
  contextUpdates: number | undefined,
  lookups: LookupCounts | undefined,
): Stat[] {
  const scope = clusterScope(cluster.config.statName || name)
  return [
    ...requestStats(scope, cluster, tallies),
    ...connectionStats(scope, cluster),
    ...balanceStats(scope, cluster, lookups),
    ...outlierStats(scope, cluster),
    ...breakerStats(scope, cluster),
    ...checkStats(scope, cluster),
    ...(tlsOfCluster(cluster.config).every((tls) => tls === undefined) ? [] : tlsStats(scope, cluster.counts.tls)),
    ...(contextUpdates === undefined
      ? []
      : counters(scope, { 'client_ssl_socket_factory.ssl_context_update_by_sds': contextUpdates })),
    ...limitStats(scope, cluster),
    ...measureStats(scope, cluster),
    ...(cluster.config.tellsEndpoints
      ? cluster.endpoints.flatMap((each) => endpointStats(cluster.config.statName || name, each))
      : []),
    ...counters(scope, { 'heddle.mirrors_dropped': cluster.totals.mirrorsDropped }),
  ]
}

/** Only where a rate limit service was asked, as Envoy's. */
function limitStats(scope: StatScope, { totals }: ClusterState): Stat[] {
  const { limitOks: ok, limitOvers: over_limit, limitErrors: error, limitErrorsPassed } = totals
  if (ok + over_limit + error === 0) return []
  return counters(scope, {
    'ratelimit.ok': ok,
    'ratelimit.over_limit': over_limit,
    'ratelimit.error': error,
    'ratelimit.failure_mode_allowed': limitErrorsPassed,
  })
}

/** Who answered was the proxy: such an answer says nothing of how fast the cluster is. */
const ofProxy = /(^|,)(?!URX|DI)[A-Z]/

function requestStats(scope: StatScope, cluster: ClusterState, tallies: readonly ClusterTally[]): Stat[] {
  const { totals, requestsActive, breaker, highBreaker } = cluster
  const [usual, high] = [breaker.counts, highBreaker.counts]
  const answered = tallies.filter(({ status }) => status > 0)
  const flagged = (flag: string) => sum(tallies.filter(({ flags }) => flags.split(',').includes(flag)))
  const codes = byStatus([...countsOf(answered), ...totals.copiesAnswered])
  const time = new HistogramCell()
  for (const { duration, flags } of answered) if (!ofProxy.test(flags)) time.add(duration)
  return [
    ...counters(scope, {
      // Envoy counts a request when it has its connection.
      upstream_rq_total: totals.requests - totals.unsent - usual.pending - high.pending,
      // Told even when there is none.
      upstream_rq_completed: 0,
      ...Object.fromEntries([...codes].map(([code, count]) => [`upstream_rq_${code}`, count])),
      upstream_rq_timeout: totals.timeouts,
      ...Object.fromEntries([...byStatus(totals.retried)].map(([code, count]) => [`retry.upstream_rq_${code}`, count])),
      upstream_rq_per_try_timeout: totals.tryTimeouts,
      upstream_rq_per_try_idle_timeout: totals.tryIdleTimeouts,
      upstream_rq_retry: totals.retries,
      upstream_rq_retry_backoff_exponential: totals.plainBackoffs,
      upstream_rq_retry_backoff_ratelimited: totals.askedBackoffs,
      upstream_rq_retry_success: totals.retrySuccesses,
      upstream_rq_retry_overflow: totals.retryOverflows,
      upstream_rq_retry_limit_exceeded: flagged('URX'),
      upstream_rq_pending_total: usual.pendingTotal + high.pendingTotal,
      upstream_rq_pending_failure_eject: usual.pendingFailed + high.pendingFailed,
      upstream_rq_pending_overflow: totals.overflows,
      upstream_rq_active_overflow: totals.activeOverflows,
      upstream_rq_cancelled: flagged('DC') + flagged('DR'),
      upstream_rq_rx_reset: flagged('UR'),
      upstream_rq_max_duration_reached: flagged('UMSDR'),
      upstream_internal_redirect_succeeded_total: totals.redirectsFollowed,
      upstream_internal_redirect_failed_total: totals.redirectsLeft,
      retry_or_shadow_abandoned: totals.bodiesGivenUp,
      upstream_cx_none_healthy: flagged('UH'),
      original_dst_host_invalid: totals.destinationsInvalid,
    }),
    ...gauges(scope, {
      upstream_rq_active: requestsActive,
      upstream_rq_pending_active: usual.pending + high.pending,
    }),
    histogram(scope, 'upstream_rq_time', time),
  ]
}

function countsOf(tallies: readonly ClusterTally[]): (readonly [number, number])[] {
  return tallies.map(({ status, requests }) => [status, requests] as const)
}

function connectionStats(scope: StatScope, { counts, highBreaker, config }: ClusterState): Stat[] {
  const { all, ends } = counts
  const high = highBreaker.counts
  return [
    ...counters(scope, {
      upstream_cx_total: all.total,
      upstream_cx_http1_total: config.http2 === undefined ? all.total - all.http2 - all.tunnels : 0,
      upstream_cx_http2_total: all.http2,
      upstream_cx_destroy: all.total - all.active,
      upstream_cx_destroy_local: all.endedHere,
      upstream_cx_destroy_remote: all.endedByPeer,
      upstream_cx_connect_fail: counts.connectFailures + high.connectFailures,
      upstream_cx_connect_timeout: counts.connectTimeouts + high.connectTimeouts,
      upstream_cx_overflow: counts.overflows + high.overflows,
      upstream_cx_idle_timeout: ends.idle,
      upstream_cx_max_requests: ends.spent,
      upstream_cx_max_duration_reached: ends.old,
      upstream_cx_rx_bytes_total: all.received,
      upstream_cx_tx_bytes_total: all.sent,
    }),
    ...gauges(scope, { upstream_cx_active: all.active }),
    histogram(scope, 'upstream_cx_length_ms', all.length),
    histogram(scope, 'upstream_cx_connect_ms', ends.connect),
    histogram(scope, 'upstream_rq_per_cx', ends.requests),
  ]
}

/** Under each detector what it found, and what of it was acted upon. */
function outlierStats(
  scope: StatScope,
  { config, totals, endpoints, outliers: { byDetector: ejectionsBy, overflows } }: ClusterState,
): Stat[] {
  if (config.outlier === undefined) return []
  const byCause = Object.entries(ejectionsBy).flatMap(([detector, { detected, enforced }]) => {
    const cause = detector.replaceAll('-', '_')
    return [
      [`outlier_detection.ejections_detected_${cause}`, detected] as const,
      [`outlier_detection.ejections_enforced_${cause}`, enforced] as const,
    ]
  })
  return [
    ...counters(scope, {
      ...Object.fromEntries(byCause),
      'outlier_detection.ejections_enforced_total': totals.ejections,
      // Names of before there were others than these two.
      'outlier_detection.ejections_total':
        ejectionsBy['consecutive-5xx'].enforced + ejectionsBy['success-rate'].enforced,
      'outlier_detection.ejections_consecutive_5xx': ejectionsBy['consecutive-5xx'].detected,
      'outlier_detection.ejections_success_rate': ejectionsBy['success-rate'].enforced,
      'outlier_detection.ejections_overflow': overflows,
    }),
    ...sharedGauges(scope, {
      'outlier_detection.ejections_active': endpoints.filter(({ isEjected }) => isEjected).length,
    }),
  ]
}

function checkStats(scope: StatScope, { config, totals, endpoints }: ClusterState): Stat[] {
  if (config.healthCheck === undefined) return []
  return [
    ...counters(scope, {
      'health_check.attempt': totals.checks,
      'health_check.success': totals.checksPassed,
      'health_check.failure': totals.checksFailed,
      'health_check.network_failure': totals.checksUnanswered,
    }),
    ...sharedGauges(scope, {
      'health_check.healthy': endpoints.filter(({ checked }) => checked === 'healthy').length,
      'health_check.degraded': endpoints.filter(({ checked }) => checked === 'degraded').length,
    }),
  ]
}

function sum(tallies: readonly ClusterTally[]): number {
  return tallies.reduce((total, { requests }) => total + requests, 0)
}
