import type { Graph, GraphEdge, GraphNode, Health } from '@heddle/shared/api/graph'
import type { ProxySummary } from '@heddle/shared/api/proxies'
import { partOf } from '../catalog/part-of.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import { type EdgeSum, edgeId, mainCell, nodeId } from './edge-sum.ts'
import { type Cause, causeOf, healthRules, isUnwell, judgeHealth } from './judge-health.ts'
import { policyBadges } from './policy-badges.ts'
import { SignalCell } from './signal-cell.ts'
import { edgeSignals, rounded, toSignals } from './to-signals.ts'

/** What a graph is made from. Pure: the same input gives the same graph. */
export type GraphInput = {
  readonly edges: ReadonlyMap<string, EdgeSum>
  readonly windowSeconds: number
  readonly mesh: MeshConfig
  readonly proxies: readonly ProxySummary[]
  /** The p95 of an edge in the hour before. */
  readonly baseline: (edgeId: string) => number | undefined
  /** Since when an edge that is unwell now has been so, in epoch seconds; undefined where a range of time is asked for. */
  readonly unwellSince: (edgeId: string, health: Health, cause: Cause) => number | undefined
  /** Services that a rollout reaches now: "<namespace>/<name>". */
  readonly rollingServices: ReadonlySet<string>
  readonly namespaces: ReadonlySet<string> | undefined
  readonly now: Date
}

/** Nodes are the services of the catalog and whoever else takes part in the traffic; edges are who calls whom. */
export function buildGraph(input: GraphInput): Pick<Graph, 'at' | 'windowSeconds' | 'revision' | 'nodes' | 'edges'> {
  const { edges, windowSeconds, mesh, namespaces, now } = input
  const isWanted = (service: { readonly namespace: string; readonly service: string }) =>
    namespaces === undefined || service.service === 'unknown' || namespaces.has(service.namespace)
  const graphEdges: GraphEdge[] = []
  const inbound = new Map<string, EdgeSum[]>()
  const seen = new Map<string, { readonly namespace: string; readonly service: string }>()
  for (const { metadata } of mesh.catalog.services) {
    const service = { namespace: metadata.namespace, service: metadata.name }
    if (isWanted(service)) seen.set(nodeId(service), service)
  }
  for (const edge of edges.values()) {
    // Neither a caller nor a service that nobody can name is a place on the map.
    if (edge.destination.service === 'unknown' || (!isWanted(edge.source) && !isWanted(edge.destination))) continue
    if (namespaces !== undefined && edge.source.service === 'unknown' && !isWanted(edge.destination)) continue
    seen.set(nodeId(edge.source), edge.source)
    seen.set(nodeId(edge.destination), edge.destination)
    const target = nodeId(edge.destination)
    inbound.set(target, [...(inbound.get(target) ?? []), edge])
    graphEdges.push(toEdge(edge, input))
  }
  const badges = policyBadges(mesh, now.getTime())
  const nodes = [...seen].map(([id, service]) =>
    toNode(
      id,
      service,
      inbound.get(id) ?? [],
      graphEdges,
      badges.get(`${service.namespace}/${service.service}`) ?? [],
      input,
    ),
  )
  return {
    at: now.toISOString(),
    windowSeconds,
    revision: mesh.revision,
    nodes: nodes.sort((a, b) => (a.id < b.id ? -1 : 1)),
    edges: graphEdges.sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

function toEdge(edge: EdgeSum, { windowSeconds, baseline, unwellSince }: GraphInput): GraphEdge {
  const id = edgeId(edge.source, edge.destination)
  const signals = edgeSignals(edge, windowSeconds)
  const { bySource, byDestination } = edge
  const baselineP95Ms = baseline(id)
  const health = judgeHealth(signals, baselineP95Ms)
  const since = unwellSince(id, health, causeOf(health, signals))
  return {
    id,
    source: nodeId(edge.source),
    target: nodeId(edge.destination),
    protocol: edge.protocol,
    health,
    ...(since === undefined ? {} : { since: new Date(since * 1000).toISOString() }),
    ...(baselineP95Ms === undefined ? {} : { baselineP95Ms: rounded(baselineP95Ms) }),
    signals,
    flags: flagShares(bySource, byDestination),
    revisions: [...new Set([...bySource.revisions, ...byDestination.revisions])].sort((a, b) => a - b),
  }
}

/** Flags of both sides, each as a share of what that side saw; a flag that both report is told once. */
function flagShares(...sides: readonly SignalCell[]): GraphEdge['flags'] {
  const shares = new Map<string, number>()
  for (const { flags, requests } of sides) {
    if (flags === undefined || requests === 0) continue
    for (const [flag, count] of flags) shares.set(flag, Math.max(shares.get(flag) ?? 0, rounded(count / requests)))
  }
  return [...shares].map(([flag, share]) => ({ flag, share })).sort((a, b) => b.share - a.share)
}

function toNode(
  id: string,
  { namespace, service }: { readonly namespace: string; readonly service: string },
  inbound: readonly EdgeSum[],
  edges: readonly GraphEdge[],
  badges: GraphNode['badges'],
  { windowSeconds, proxies, rollingServices, mesh }: GraphInput,
): GraphNode {
  if (id === 'ext:unknown') {
    return {
      id,
      kind: 'external',
      name: 'outside the mesh',
      namespace: '',
      health: 'unknown',
      signals: toSignals(new SignalCell(), windowSeconds),
      versions: [],
      proxies: 0,
      badges: [],
    }
  }
  const own = proxies.filter((proxy) => proxy.namespace === namespace && proxy.service === service)
  const signals = nodeSignals(inbound, windowSeconds)
  const callers = edges.filter(({ target }) => target === id)
  const health = nodeHealth(signals, callers)
  const since = isUnwell(health) ? callers.flatMap(({ since = [] }) => since).sort()[0] : undefined
  const isCalled = inbound.length > 0 || own.length > 0
  const whole = isCalled ? undefined : partOf(mesh.catalog).get(`${namespace}/${service}`)
  const unacked = own.filter(({ state }) => state !== 'acked').length
  return {
    id,
    kind: 'service',
    name: service,
    namespace,
    ...(whole === undefined ? {} : { partOf: whole }),
    health,
    ...(since === undefined ? {} : { since }),
    signals,
    versions: versionsOf(inbound, own),
    proxies: own.length,
    badges: [
      ...(rollingServices.has(`${namespace}/${service}`)
        ? [{ kind: 'rollout' as const, text: 'a change is rolling out' }]
        : []),
      ...[...badges].sort((a, b) => badgeOrder.indexOf(a.kind) - badgeOrder.indexOf(b.kind)),
      ...(unacked > 0
        ? [{ kind: 'unacked' as const, text: `${unacked} of ${own.length} proxies do not run what they were told` }]
        : []),
    ],
  }
}

const badgeOrder: readonly GraphNode['badges'][number]['kind'][] = [
  'fault',
  'ejected',
  'rollout',
  'split',
  'authz',
  'unacked',
]

function nodeSignals(inbound: readonly EdgeSum[], windowSeconds: number): GraphNode['signals'] {
  const main = new SignalCell()
  const knowing = new SignalCell()
  for (const edge of inbound) {
    main.add(mainCell(edge))
    knowing.add(edge.byDestination.requests > 0 ? edge.byDestination : mainCell(edge))
  }
  const { deniedShare, injectedShare } = toSignals(knowing, windowSeconds)
  return { ...toSignals(main, windowSeconds), deniedShare, injectedShare }
}

/**
 * A service is as unwell as its requests together: one bad caller of many does not make it so. How slow it is can be told by
 * edge only, since each has its own measure; where most of its requests come over edges that fail by it, so does the service.
 */
function nodeHealth(signals: GraphNode['signals'], inbound: readonly GraphEdge[]): Health {
  const own = judgeHealth(signals, undefined)
  const slow = inbound.filter(isSlow)
  if (own === 'fail' || slow.length === 0) return own
  const failing = slow.filter(({ health }) => health === 'fail')
  const share = sumOf(failing) / Math.max(1, sumOf(inbound))
  return share > 0.5 ? 'fail' : own === 'ok' ? 'warn' : own
}

/** Unwell by its latency, since its errors alone would not make it so. */
function isSlow({ health, signals: { errorShare } }: GraphEdge): boolean {
  return (
    (health === 'warn' && errorShare < healthRules.warnErrorShare) ||
    (health === 'fail' && errorShare < healthRules.failErrorShare)
  )
}

function sumOf(edges: readonly GraphEdge[]): number {
  return edges.reduce((sum, { signals }) => sum + signals.requests, 0)
}

function versionsOf(inbound: readonly EdgeSum[], own: readonly ProxySummary[]): GraphNode['versions'] {
  const requests = new Map<string, number>()
  for (const { versions } of inbound) {
    for (const [version, count] of versions) requests.set(version, (requests.get(version) ?? 0) + count)
  }
  const total = [...requests.values()].reduce((sum, count) => sum + count, 0)
  const names = new Set([...requests.keys(), ...own.map(({ version }) => version)])
  return [...names]
    .filter((version) => version !== '')
    .sort()
    .map((version) => ({
      version,
      share: total === 0 ? 0 : rounded((requests.get(version) ?? 0) / total),
      proxies: own.filter((proxy) => proxy.version === version).length,
    }))
}
