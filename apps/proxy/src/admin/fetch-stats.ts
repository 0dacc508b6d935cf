import type { Discovery } from '../discovery/start-discovery.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { chainPrefixes } from './chain-prefixes.ts'
import { rdsScope } from './rds-scope.ts'
import { clusterScope, counters, plainScope, type Stat, type StatScope } from './stat.ts'

const listScopes = { cluster: 'cluster_manager.cds', listener: 'listener_manager.lds' } as const

/** `init_fetch_timeout` of what control planes are asked for: a cluster or a listener began without it. */
export function fetchStats(
  { config }: Traffic,
  discovery: Pick<Discovery, 'streams' | 'counts' | 'fetches' | 'asksForList'> | undefined,
): Stat[] {
  if (discovery === undefined) return []
  const { fetches } = discovery
  const isFetched = (source: string) => source === 'grpc' || (source === 'ads' && discovery.counts !== undefined)
  const timeouts = (scope: StatScope, init_fetch_timeout: number) => counters(scope, { init_fetch_timeout })
  const ofClusters = [...config.clusters.values()].flatMap(({ statName, discovery: source }) =>
    source.kind === 'eds' && isFetched(source.source)
      ? timeouts(clusterScope(statName), fetches.timeoutsOf('assignment', source.assignmentName))
      : [],
  )
  const listeners = [...config.listeners.values()]
  const routes = [
    ...(discovery.counts === undefined ? [] : [...fetches.asked('route')].map((name) => [name, name] as const)),
    ...discovery.streams().flatMap(({ key, wanted }) => (wanted.of === 'route' ? [[key, wanted.name] as const] : [])),
  ]
  const ofRoutes = routes.flatMap(([key, name]) => {
    const prefixes = new Set(listeners.flatMap((listener) => chainPrefixes(listener, 'http', key)))
    return [...prefixes].flatMap((prefix) => timeouts(rdsScope(prefix, name), fetches.timeoutsOf('route', key)))
  })
  const ofLists = discovery.asksForList.map((kind) =>
    timeouts(plainScope(listScopes[kind]), fetches.timeoutsOf(kind, 'all')),
  )
  return [...ofLists.flat(), ...ofClusters, ...ofRoutes]
}
