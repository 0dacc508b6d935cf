import type { KindCounts } from '../discovery/discovery-counts.ts'
import type { Discovery } from '../discovery/start-discovery.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { counters, plainScope, type Stat, type StatScope, sharedCounters, sharedGauges } from './stat.ts'

/** `cluster_manager`, `listener_manager` and `control_plane`: what the proxy holds, and what came over the stream. */
export function discoveryStats(
  traffic: Traffic,
  discovery: Pick<Discovery, 'counts' | 'files' | 'streams' | 'fetches'> | undefined,
): Stat[] {
  const counts = discovery?.counts
  // Counted by the file or the stream of its own where there is one.
  const sources = [...(discovery?.files() ?? []), ...(discovery?.streams() ?? [])]
  const isApart = (kind: string) => sources.some(({ key }) => key === kind)
  const waiting = traffic.secrets.follower?.awaiting.filter((each) => each.startsWith('cluster ')) ?? []
  return [
    ...sharedGauges(plainScope('cluster_manager'), {
      active_clusters: traffic.clusters().size,
      warming_clusters: waiting.length + (discovery?.fetches.awaiting('assignment') ?? 0),
    }),
    ...sharedCounters(plainScope('cluster_manager'), {
      cluster_added: traffic.counts.changes.clusters.added,
      cluster_modified: traffic.counts.changes.clusters.modified,
      cluster_removed: traffic.counts.changes.clusters.removed,
    }),
    ...(counts === undefined
      ? []
      : [
          ...(isApart('cluster') ? [] : updates(plainScope('cluster_manager.cds'), counts.cluster)),
          ...(isApart('listener') ? [] : updates(plainScope('listener_manager.lds'), counts.listener)),
          // Envoy counts these by route, cluster and secret; a stream brings many at once.
          ...updates(plainScope('heddle.rds'), counts.route),
          ...updates(plainScope('heddle.eds'), counts.assignment),
          ...updates(plainScope('heddle.sds'), counts.secret),
          ...updates(plainScope('heddle.rtds'), counts.runtime),
          ...counters(plainScope('control_plane'), { rate_limit_enforced: counts.requests.enforced }),
          ...sharedGauges(plainScope('control_plane'), {
            connected_state: counts.isConnected ? 1 : 0,
            pending_requests: counts.requests.pending,
          }),
        ]),
  ]
}

function updates(scope: StatScope, { attempts, successes, rejected }: KindCounts): Stat[] {
  return counters(scope, { update_attempt: attempts, update_success: successes, update_rejected: rejected })
}
