import type { Discovery } from '../discovery/start-discovery.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { chainPrefixes } from './chain-prefixes.ts'
import { rdsScope } from './rds-scope.ts'
import { clusterScope, counters, type Stat, type StatScope } from './stat.ts'

/** `init_fetch_timeout` of what the control plane is asked for by name: a cluster or a listener began without it. */
export function fetchStats({ config }: Traffic, discovery: Pick<Discovery, 'counts' | 'fetches'> | undefined): Stat[] {
  if (discovery?.counts === undefined) return []
  const { fetches } = discovery
  const timeouts = (scope: StatScope, init_fetch_timeout: number) => counters(scope, { init_fetch_timeout })
  const ofClusters = [...config.clusters.values()].flatMap(({ statName, discovery: source }) =>
    source.kind === 'eds' && source.source === 'ads'
      ? timeouts(clusterScope(statName), fetches.timeoutsOf('assignment', source.assignmentName))
      : [],
  )
  const listeners = [...config.listeners.values()]
  const ofRoutes = [...fetches.asked('route')].flatMap((name) => {
    const prefixes = new Set(listeners.flatMap((listener) => chainPrefixes(listener, 'http', name)))
    return [...prefixes].flatMap((prefix) => timeouts(rdsScope(prefix, name), fetches.timeoutsOf('route', name)))
  })
  return [...ofClusters, ...ofRoutes]
}
