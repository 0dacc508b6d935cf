import { availabilityOf } from '@heddle/engine/balance/balanced-endpoint'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { LookupCounts } from '../dns/lookup-counts.ts'
import { counters, type Stat, type StatScope, sharedGauges } from './stat.ts'

/** Who is there and what each is good for, as picks see it: `membership_*`, `lb_*`, and the size of the hash table. */
export function balanceStats(scope: StatScope, cluster: ClusterState, lookups: LookupCounts | undefined): Stat[] {
  const { totals, endpoints, config, balanceCounts, subsets } = cluster
  // What a file or a stream of its own brings is counted there.
  const isApart = config.discovery.kind === 'eds' && config.discovery.source !== 'ads'
  const who = endpoints.map(availabilityOf)
  const count = (wanted: (typeof who)[number]) => who.filter((each) => each === wanted).length
  return [
    ...counters(scope, {
      membership_change: totals.membershipChanges,
      ...(isApart ? {} : updatesOf(totals.updates, lookups)),
      lb_healthy_panic: balanceCounts.panics,
      lb_subsets_created: balanceCounts.subsetsCreated,
      lb_subsets_removed: balanceCounts.subsetsRemoved,
      lb_subsets_selected: balanceCounts.subsetsSelected,
      lb_subsets_fallback: balanceCounts.subsetsFallback,
      lb_subsets_fallback_panic: balanceCounts.subsetsFallbackPanic,
      lb_zone_routing_all_directly: balanceCounts.zoneAllDirectly,
      lb_zone_routing_sampled: balanceCounts.zoneSampled,
      lb_zone_routing_cross_zone: balanceCounts.zoneCross,
    }),
    ...sharedGauges(scope, {
      membership_total: endpoints.length,
      membership_healthy: count('healthy'),
      membership_degraded: count('degraded'),
      membership_excluded: count('excluded'),
      // Envoy looks only at those that may change.
      max_host_weight:
        config.discovery.kind === 'static' ? 0 : Math.max(0, ...endpoints.map(({ config }) => config.weight)),
      lb_subsets_active: subsets.size,
      ...tableGauges(cluster),
    }),
  ]
}

/** Of names each look-up counts, of the others what came. */
function updatesOf(updates: number, lookups: LookupCounts | undefined): Record<string, number> {
  if (lookups === undefined) return { update_attempt: updates, update_success: updates }
  return {
    update_attempt: lookups.attempts,
    update_success: lookups.answered,
    update_failure: lookups.failed,
    update_no_rebuild: lookups.unchanged,
  }
}

/** Of the table that was made last; there is none before the first request. */
function tableGauges({ config, balanceCounts }: ClusterState): Record<string, number> {
  const { all, least, most } = balanceCounts.places
  switch (config.balancer.policy.kind) {
    case 'ring-hash':
      return {
        'ring_hash_lb.size': all,
        'ring_hash_lb.min_hashes_per_host': least,
        'ring_hash_lb.max_hashes_per_host': most,
      }
    case 'maglev':
      return { 'maglev_lb.min_entries_per_host': least, 'maglev_lb.max_entries_per_host': most }
    default:
      return {}
  }
}
