import type { FileSubscription } from '../discovery/file-subscription.ts'
import type { Discovery } from '../discovery/start-discovery.ts'
import type { StreamSubscription } from '../discovery/stream-subscription.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { chainPrefixes } from './chain-prefixes.ts'
import { rdsScope } from './rds-scope.ts'
import { clusterScope, counters, plainScope, type Stat, type StatScope, sharedGauges } from './stat.ts'

type Source = FileSubscription | StreamSubscription

/**
 * `cluster_manager.cds`, `listener_manager.lds`, `cluster.<name>` and `http.<prefix>.rds.<name>`: what has come of each file, and
 * over each stream that is for one list or one resource.
 */
export function* sourceStats(
  traffic: Traffic,
  discovery: Pick<Discovery, 'files' | 'streams' | 'fetches'> | undefined,
): Generator<readonly Stat[]> {
  if (discovery === undefined) return
  const sources: Source[] = [...discovery.files(), ...discovery.streams()]
  if (sources.length === 0) return
  yield runtimeUpdates(sources.filter(({ wanted }) => wanted.of === 'runtime'))
  const scopes = assignmentScopes(traffic)
  for (const source of sources) yield scopesOf(traffic, source, scopes).flatMap((scope) => updates(scope, source))
}

/** Of clusters, by the assignment that they name. */
function assignmentScopes(traffic: Traffic): ReadonlyMap<string, StatScope[]> {
  const scopes = new Map<string, StatScope[]>()
  for (const { discovery, statName } of traffic.config.clusters.values()) {
    if (discovery.kind !== 'eds') continue
    const own = scopes.get(discovery.assignmentName)
    if (own === undefined) scopes.set(discovery.assignmentName, [clusterScope(statName)])
    else own.push(clusterScope(statName))
  }
  return scopes
}

function scopesOf(
  traffic: Traffic,
  { key, wanted }: Source,
  assignments: ReadonlyMap<string, StatScope[]>,
): readonly StatScope[] {
  switch (wanted.of) {
    case 'cluster':
      return [plainScope('cluster_manager.cds')]
    case 'listener':
      return [plainScope('listener_manager.lds')]
    case 'assignment':
      return assignments.get(key) ?? []
    case 'route': {
      const listeners = [...traffic.config.listeners.values()]
      const prefixes = new Set(listeners.flatMap((listener) => chainPrefixes(listener, 'http', key)))
      return [...prefixes].map((prefix) => rdsScope(prefix, wanted.name))
    }
    // All layers of the runtime are counted together.
    case 'runtime':
      return []
    // `sds.<name>` is counted where secrets are followed.
    case 'secret':
      return []
  }
}

function runtimeUpdates(sources: readonly Source[]): Stat[] {
  const [first] = sources
  if (first === undefined) return []
  const scope = plainScope('runtime')
  const sum = (of: 'attempts' | 'successes' | 'failures' | 'rejected') =>
    sources.reduce((all, { counts }) => all + counts[of], 0)
  return [
    ...counters(scope, {
      update_attempt: sum('attempts'),
      update_success: sum('successes'),
      update_failure: sum('failures'),
      update_rejected: sum('rejected'),
    }),
    ...sharedGauges(scope, { update_time: Math.max(...sources.map(({ counts }) => counts.updatedAtMs)) }),
    { kind: 'text', scope, name: 'version_text', value: first.counts.version },
  ]
}

function updates(scope: StatScope, source: Source): Stat[] {
  const { counts, wanted } = source
  const isOne = wanted.of === 'assignment' || wanted.of === 'route'
  return [
    ...counters(scope, {
      update_attempt: counts.attempts,
      update_success: counts.successes,
      update_failure: counts.failures,
      update_rejected: counts.rejected,
      ...(isOne ? { update_empty: counts.empties } : {}),
    }),
    ...sharedGauges(scope, { update_time: counts.updatedAtMs }),
    ...('isConnected' in source
      ? [
          ...counters(scope, { 'control_plane.rate_limit_enforced': source.requests.enforced }),
          ...sharedGauges(scope, {
            'control_plane.connected_state': source.isConnected ? 1 : 0,
            'control_plane.pending_requests': source.requests.pending,
          }),
        ]
      : []),
    { kind: 'text', scope, name: 'version_text', value: counts.version },
  ]
}
