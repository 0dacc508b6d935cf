import type { ClusterState } from '../cluster/cluster-state.ts'

/** What `/stats` says of a cluster: Envoy's names where Envoy has one. */
export function clusterStats(name: string, cluster: ClusterState): string[] {
  const { totals, counts, requestsActive, endpoints } = cluster
  const healthy = endpoints.filter(({ isEjected, checked, config }) => {
    return !isEjected && checked !== 'unhealthy' && config.health !== 'unhealthy'
  })
  const values = {
    upstream_rq_total: totals.requests,
    upstream_rq_active: requestsActive,
    upstream_rq_retry: totals.retries,
    upstream_rq_pending_overflow: totals.overflows,
    upstream_rq_timeout: totals.timeouts,
    'heddle.mirrors_dropped': totals.mirrorsDropped,
    upstream_cx_active: counts.connections,
    upstream_cx_connect_fail: counts.connectFailures,
    'outlier_detection.ejections_total': totals.ejections,
    'outlier_detection.ejections_active': endpoints.filter(({ isEjected }) => isEjected).length,
    'outlier_detection.ejections_overflow': cluster.ejectionOverflows,
    membership_total: endpoints.length,
    membership_healthy: healthy.length,
  }
  return Object.entries(values).map(([key, value]) => `cluster.${name}.${key}: ${value}`)
}
