import { otherCluster } from '@heddle/engine/route/virtual-cluster'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { byStatus } from './by-status.ts'
import { counters, histogram, type Stat, virtualClusterScope } from './stat.ts'

/** `vhost.<virtual host>.vcluster.<name>`: of all that are configured, and of those that were. */
export function virtualClusterStats(counts: TrafficCounts, { routes }: Pick<ProxyConfig, 'routes'>): Stat[] {
  for (const { virtualClusters } of routes.values()) {
    for (const { virtualHost, clusters } of virtualClusters) {
      for (const { name } of clusters) counts.virtualCluster(virtualHost, name)
      counts.virtualCluster(virtualHost, otherCluster)
    }
  }
  return [...counts.virtualClusters.values()].flatMap((each) => {
    const scope = virtualClusterScope(each.virtualHost, each.name)
    const codes = [...byStatus(each.codes)].map(([code, count]) => [`upstream_rq_${code}`, count] as const)
    return [
      ...counters(scope, {
        ...Object.fromEntries(codes),
        upstream_rq_total: each.tries,
        upstream_rq_timeout: each.timeouts,
        upstream_rq_retry: each.retries,
        upstream_rq_retry_success: each.retrySuccesses,
        upstream_rq_retry_overflow: each.retryOverflows,
        upstream_rq_retry_limit_exceeded: each.retriesInVain,
      }),
      histogram(scope, 'upstream_rq_time', each.time),
    ]
  })
}
