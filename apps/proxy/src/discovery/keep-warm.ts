import type { Cluster } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { clustersOfTable } from '../config/route-clusters.ts'
import { chainsOf, filterReferences } from '../resources/filter-references.ts'
import type { Held, HeldResources } from '../resources/held-resources.ts'
import { addCluster, addListener, nothingWanted, type Wanted } from '../resources/wanted-names.ts'

/** What is waited for. */
export type Waiting = {
  /** The first list of clusters: no listener begins before it. */
  readonly clusters: boolean
  readonly assignment: ReadonlySet<string>
  readonly route: ReadonlySet<string>
  /** Layers of the runtime: only the start waits for them. */
  readonly runtime: ReadonlySet<string>
  /** Endpoints that are waited for so long that nothing but their own cluster does so any more. */
  readonly overdue: ReadonlySet<string>
}

/** Clusters that were taken away a moment ago, and those that nobody can take away. */
export type Parting = { readonly names: ReadonlySet<string>; readonly isFixed: (cluster: string) => boolean }

const noneParts: Parting = { names: new Set(), isFixed: () => false }

/**
 * What of all that is held can go into force now. Each cluster waits for its own endpoints and each listener for its own routes,
 * as in Envoy; until they have come what was in force under that name goes on, and a new one is left out.
 *
 * Beyond Envoy, routes and listeners that name a cluster which has never been warm wait for it too, and what is still in force
 * keeps the clusters that it names: a control plane that sends routes ahead of endpoints (go-control-plane does, when a snapshot
 * is replaced) fails no request. Nor does one that takes a cluster away ahead of its routes: what names one of `parting`
 * goes on while what would replace it names a cluster that is not there.
 *
 * ```
 *   endpoints missing ──▶ cluster waits ──▶ routes that name it wait ──▶ listener that names these, and has none yet, waits
 * ```
 */
export function keepWarm(
  held: HeldResources,
  inForce: HeldResources,
  waiting: Waiting,
  parting = noneParts,
): HeldResources {
  const waits = waiting.clusters || waiting.assignment.size > 0 || waiting.route.size > 0
  const { names: gone, isFixed } = parting
  if (!waits && gone.size === 0) return held
  const cluster = settle(held.cluster, inForce.cluster, ({ message }) =>
    endpointsOf(message).some((key) => waiting.assignment.has(key)),
  )
  const isCold = (name: string) => {
    const left = cluster.has(name) ? undefined : held.cluster.get(name)
    return left !== undefined && !endpointsOf(left.message).some((key) => waiting.overdue.has(key))
  }
  // Of another state of the control plane than the clusters: one that is yet to come, or one that is over.
  const isApart = (named: readonly string[], before: readonly string[]) => {
    const isThere = (name: string) => held.cluster.has(name) || inForce.cluster.has(name) || isFixed(name)
    const missing = named.filter((name) => !isThere(name))
    return missing.length > 0 && [...missing, ...before].some((name) => gone.has(name))
  }
  const route = settle(held.route, inForce.route, ({ message }, old) => {
    const named = [...clustersOfTable(message)]
    return named.some(isCold) || isApart(named, old === undefined ? [] : [...clustersOfTable(old.message)])
  })
  const listener = settle(held.listener, inForce.listener, ({ message }, old) => {
    if (waiting.clusters) return true
    const { clusters, routes } = namedBy(message)
    const isMissing = (name: string) => waiting.route.has(name) || (held.route.has(name) && !route.has(name))
    if (routes.some(isMissing) || clusters.some(isCold)) return true
    return isApart(clusters, old === undefined ? [] : namedBy(old.message).clusters)
  })
  return withNamed({ ...held, cluster, route, listener }, held, inForce, waiting, gone.size > 0)
}

/** Each in its new form, or as it was where the new one has to wait. */
function settle<Message>(
  next: ReadonlyMap<string, Held<Message>>,
  before: ReadonlyMap<string, Held<Message>>,
  waits: (one: Held<Message>, old: Held<Message> | undefined) => boolean,
): ReadonlyMap<string, Held<Message>> {
  const settled = new Map<string, Held<Message>>()
  for (const [name, one] of next) {
    const old = before.get(name)
    const chosen = one !== old && waits(one, old) ? old : one
    if (chosen !== undefined) settled.set(name, chosen)
  }
  return settled
}

function endpointsOf(message: Cluster): readonly string[] {
  const wanted = nothingWanted()
  addCluster(wanted, message)
  return keysOf(wanted, 'assignment')
}

function namedBy(message: Listener): { clusters: readonly string[]; routes: readonly string[] } {
  const wanted = nothingWanted()
  addListener(wanted, message)
  const clusters = chainsOf(message).flatMap(({ filters }) =>
    filters.flatMap((filter) => [...filterReferences(filter).clusters]),
  )
  return { clusters, routes: keysOf(wanted, 'route') }
}

function keysOf({ ads, files, streams }: Wanted, kind: 'assignment' | 'route'): readonly string[] {
  const others = [...files, ...streams].flatMap(([key, { of }]) => (of === kind ? [key] : []))
  return [...ads[kind], ...others]
}

/**
 * What stays as it was needs what it names, although the control plane has taken that away already. And while endpoints are on
 * their way, or a cluster has just gone, the routes that are to come with that may be on theirs: those of now keep what they name.
 */
function withNamed(
  settled: HeldResources,
  held: HeldResources,
  inForce: HeldResources,
  waiting: Waiting,
  isParting: boolean,
): HeldResources {
  const isFresh = isParting || [...waiting.assignment].some((key) => !waiting.overdue.has(key))
  const route = new Map(settled.route)
  const cluster = new Map(settled.cluster)
  const assignment = new Map(settled.assignment)
  const kept = <Message>(now: ReadonlyMap<string, Held<Message>>, next: ReadonlyMap<string, Held<Message>>) =>
    [...now].flatMap(([name, one]) => (isFresh || next.get(name) !== one ? [one.message] : []))
  const listeners = kept(settled.listener, held.listener).map(namedBy)
  for (const name of listeners.flatMap(({ routes }) => routes)) keep(route, inForce.route, name)
  const named = new Set([
    ...listeners.flatMap(({ clusters }) => clusters),
    ...kept(route, held.route).flatMap((message) => [...clustersOfTable(message)]),
  ])
  for (const name of named) keep(cluster, inForce.cluster, name)
  for (const [name, { message }] of cluster) {
    if (held.cluster.get(name)?.message === message) continue
    for (const key of endpointsOf(message)) keep(assignment, inForce.assignment, key)
  }
  return { ...settled, route, cluster, assignment }
}

function keep<Value>(all: Map<string, Value>, before: ReadonlyMap<string, Value>, name: string): void {
  const one = before.get(name)
  if (one !== undefined && !all.has(name)) all.set(name, one)
}
