import type { FileSubscription } from '../discovery/file-subscription.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { chainPrefixes } from './chain-prefixes.ts'
import { rdsScope } from './rds-scope.ts'
import { clusterScope, counters, plainScope, type Stat, type StatScope, sharedGauges } from './stat.ts'

/** `cluster_manager.cds`, `listener_manager.lds`, `cluster.<name>` and `http.<prefix>.rds.<name>`: what has come of each file. */
export function fileStats(traffic: Traffic, files: readonly FileSubscription[]): Stat[] {
  return files.flatMap((file) => scopesOf(traffic, file).flatMap((scope) => updates(scope, file)))
}

function scopesOf(traffic: Traffic, { key, wanted }: FileSubscription): StatScope[] {
  switch (wanted.of) {
    case 'cluster':
      return [plainScope('cluster_manager.cds')]
    case 'listener':
      return [plainScope('listener_manager.lds')]
    case 'assignment':
      return [...traffic.config.clusters.values()]
        .filter(({ discovery }) => discovery.kind === 'eds' && discovery.assignmentName === key)
        .map(({ statName }) => clusterScope(statName))
    case 'route': {
      const listeners = [...traffic.config.listeners.values()]
      const prefixes = new Set(listeners.flatMap((listener) => chainPrefixes(listener, 'http', key)))
      return [...prefixes].map((prefix) => rdsScope(prefix, wanted.name))
    }
  }
}

function updates(scope: StatScope, { counts, wanted }: FileSubscription): Stat[] {
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
    { kind: 'text', scope, name: 'version_text', value: counts.version },
  ]
}
