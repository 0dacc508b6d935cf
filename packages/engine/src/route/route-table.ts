import type { Random } from '../request/random.ts'
import type { RequestView } from '../request/request-view.ts'
import { noRuntimeValues, type RuntimeValues } from '../runtime/runtime-values.ts'
import { chooseWeighted } from './choose-weighted.ts'
import { clusterNamedBy } from './cluster-named-by.ts'
import type { ClusterChoice, ForwardAction } from './forward-action.ts'
import { findVirtualHost, type HostTable } from './host-table.ts'
import type { Route } from './route.ts'
import type { VirtualClusters } from './virtual-cluster.ts'
import { findRoute } from './virtual-host.ts'

/** A RouteConfiguration, compiled by `compile-route-table`. Immutable. */
export type RouteTable = {
  readonly name: string
  readonly hosts: HostTable
  readonly routeCount: number
  /** Of the hosts that have any. */
  readonly virtualClusters: readonly VirtualClusters[]
}

/**
 * The first route, in the order of the configuration, that takes the request. Undefined is a 404 with the flag NR.
 * Allocates nothing. `random` (0 to 1) is drawn once per request and decides routes that take a fraction.
 */
export function matchRoute(
  table: RouteTable,
  request: RequestView,
  random: number,
  values: RuntimeValues = noRuntimeValues,
): Route | undefined {
  const host = findVirtualHost(table.hosts, request.authority, request.authorityPort)
  return host === undefined ? undefined : findRoute(host, request, random, values)
}

/** The cluster of one try. A retry goes to the cluster that the request was first given. */
export function chooseCluster(
  { target }: ForwardAction,
  random: Random,
  request: RequestView,
  values: RuntimeValues = noRuntimeValues,
): ClusterChoice {
  if (target.kind === 'header') return namedChoice(target, clusterNamedBy(request, target.name))
  if (target.kind === 'cluster') return target.choice
  return chooseWeighted(target, random, request, values)
}

/** Names come from requests: beyond so many they are made anew each time. */
const namesMax = 1000

function namedChoice(
  { choices, choice }: Extract<ForwardAction['target'], { kind: 'header' }>,
  cluster: string,
): ClusterChoice {
  const known = choices.get(cluster)
  if (known !== undefined) return known
  const made = choice(cluster)
  if (choices.size < namesMax) choices.set(cluster, made)
  return made
}
