import type { Graph } from '@heddle/shared/api/graph'
import type { ActiveState } from '../active/active-state.ts'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import type { Store } from '../store/open-store.ts'
import { buildGraph, type GraphInput } from './build-graph.ts'
import { type EdgeSum, edgesBetween, mainCell } from './edge-sum.ts'
import { graphChecks } from './graph-checks.ts'
import { readEdges } from './read-signals.ts'
import type { Telemetry } from './telemetry.ts'
import { tellBounded } from './tell-bounded.ts'
import type { TimeRange } from './time-range.ts'

/** What the graph is read from. */
export type GraphSources = {
  readonly state: ActiveState
  readonly proxies: ProxyRegistry
  readonly telemetry: Telemetry
  /** Services that a rollout reaches now: "<namespace>/<name>". */
  readonly rollingServices: () => ReadonlySet<string>
}

/** Long enough to judge an edge, short enough to see a change of it within seconds. */
const liveWindowSeconds = 15

/** The graph as it is now. */
export function liveGraph(sources: GraphSources, namespaces: ReadonlySet<string> | undefined): Graph {
  const { signals } = sources.telemetry
  // Counted when it arrives, so only the second that runs is not whole.
  const until = Math.floor(signals.now())
  const since = until - liveWindowSeconds
  const edges = edgesBetween(signals, since, until)
  return graphOf(sources, edges, liveWindowSeconds, namespaces, sources.telemetry.unwellSince)
}

/** The graph of a range of time. */
export async function pastGraph(
  sources: GraphSources,
  store: Store,
  range: TimeRange,
  namespaces: ReadonlySet<string> | undefined,
): Promise<Graph> {
  const edges = await readEdges(sources.telemetry.signals, store, range)
  return graphOf(sources, edges, range.to - range.from, namespaces, () => undefined)
}

function graphOf(
  { state, proxies, telemetry, rollingServices }: GraphSources,
  edges: Map<string, EdgeSum>,
  windowSeconds: number,
  namespaces: ReadonlySet<string> | undefined,
  unwellSince: GraphInput['unwellSince'],
): Graph {
  const { signals, baseline } = telemetry
  const list = proxies.list()
  const graph = buildGraph({
    edges,
    windowSeconds,
    mesh: state.mesh(),
    proxies: list,
    baseline,
    unwellSince,
    rollingServices: rollingServices(),
    namespaces,
    now: new Date(signals.now() * 1000),
  })
  let requests = 0
  for (const edge of edges.values()) requests += mainCell(edge).requests
  const stale = state.staleSince()
  const incomplete = tellBounded(signals.bounded(), list)
  return {
    ...graph,
    checks: graphChecks(list, signals.lastReportAt, requests, windowSeconds, signals.now()),
    ...(incomplete === undefined ? {} : { incomplete }),
    ...(stale === undefined ? {} : { staleSince: stale.toISOString() }),
  }
}
