import type { Graph, GraphDelta, GraphEdge, GraphNode, Signals } from '@heddle/shared/api/graph'
import type { LiveTopic as TopicName } from '@heddle/shared/api/live'
import type { ProxySummary } from '@heddle/shared/api/proxies'
import { liveGraph } from '../signals/read-graph.ts'
import { serviceSignals } from '../signals/read-service.ts'
import { readRange } from '../signals/time-range.ts'
import { Difference } from './difference.ts'
import type { LiveContext } from './live-context.ts'
import type { TopicSource } from './live-topic.ts'

/** A topic that cannot be read, with the reason in words. */
export class TopicRefused extends Error {
  override readonly name = 'TopicRefused'
  readonly code = 'invalid_topic'
}

type Params = Readonly<Record<string, string>>

/** What wakes a topic: time, a commit, or both. */
export type TopicTiming = { readonly everySeconds: number | undefined; readonly onCommit: boolean }

export const topicTiming: Readonly<Record<TopicName, TopicTiming>> = {
  graph: { everySeconds: 1, onCommit: false },
  service: { everySeconds: 5, onCommit: true },
  proxies: { everySeconds: 1, onCommit: false },
  rollout: { everySeconds: 1, onCommit: true },
  change: { everySeconds: undefined, onCommit: true },
  changes: { everySeconds: undefined, onCommit: true },
  audit: { everySeconds: undefined, onCommit: true },
}

const paramsOf: Readonly<Record<TopicName, readonly string[]>> = {
  graph: ['ns'],
  service: ['namespace', 'name'],
  proxies: [],
  rollout: ['id'],
  change: ['id'],
  changes: [],
  audit: [],
}

export function topicSource(context: LiveContext, topic: TopicName, params: Params): TopicSource {
  // Each set of parameters is a topic of its own: made-up ones would only cost.
  const unknown = Object.keys(params).find((name) => !paramsOf[topic].includes(name))
  if (unknown !== undefined) throw new TopicRefused(`the topic has no params.${unknown.slice(0, 32)}`)
  switch (topic) {
    case 'graph':
      return graphTopic(context, params)
    case 'service':
      return serviceTopic(context, required(params, 'namespace'), required(params, 'name'))
    case 'proxies':
      return proxiesTopic(context)
    case 'changes':
      return listTopic(context.readChanges, ({ id }) => id)
    case 'change':
      return wholeTopic(() => context.readChangeVersion(required(params, 'id')))
    case 'rollout':
      return wholeTopic(() => context.readRollout(required(params, 'id')))
    case 'audit':
      return listTopic(context.readAudit, ({ sequence }) => String(sequence))
  }
}

function required(params: Params, name: string): string {
  const value = params[name]
  if (value === undefined || value === '') throw new TopicRefused(`the topic needs params.${name}`)
  return value
}

function graphTopic(context: LiveContext, { ns }: Params): TopicSource {
  const namespaces = ns === undefined || ns === '' ? undefined : new Set(ns.split(','))
  const nodes = new Difference<GraphNode>(({ id }) => id)
  const edges = new Difference<GraphEdge>(({ id }) => id)
  let graph: Graph | undefined
  const read = () => {
    const next = liveGraph(context, namespaces)
    graph = { ...next, nodes: next.nodes.map(coarse), edges: next.edges.map(coarse) }
    return graph
  }
  return {
    async refresh() {
      const next = read()
      const changedNodes = nodes.next(next.nodes)
      const changedEdges = edges.next(next.edges)
      const delta: GraphDelta = {
        at: next.at,
        revision: next.revision,
        nodes: [...changedNodes.changed],
        edges: [...changedEdges.changed],
        removed: [...changedNodes.removed, ...changedEdges.removed],
        ...(next.incomplete === undefined ? {} : { incomplete: next.incomplete }),
      }
      return delta.nodes.length + delta.edges.length + delta.removed.length === 0 ? [] : [delta]
    },
    snapshot: () => graph ?? read(),
  }
}

/** Two digits of what flickers: nobody sees more in a picture, and what stays the same is not sent. */
function coarse<Item extends { readonly signals: Signals }>(item: Item): Item {
  const { signals } = item
  const two = (value: number) => (value === 0 ? 0 : Number(value.toPrecision(2)))
  return {
    ...item,
    signals: {
      ...signals,
      requestsPerSecond: two(signals.requestsPerSecond),
      ...(signals.p50Ms === undefined ? {} : { p50Ms: two(signals.p50Ms) }),
      ...(signals.p95Ms === undefined ? {} : { p95Ms: two(signals.p95Ms) }),
      ...(signals.p99Ms === undefined ? {} : { p99Ms: two(signals.p99Ms) }),
    },
  }
}

function serviceTopic(context: LiveContext, namespace: string, service: string): TopicSource {
  const read = () => {
    const range = readRange({ from: 'now-15m', to: 'now' }, context.telemetry.signals.now())
    return serviceSignals(context, context.store, { namespace, service }, range)
  }
  return wholeTopic(read)
}

function proxiesTopic({ proxies }: LiveContext): TopicSource {
  const difference = new Difference<ProxySummary>(({ id }) => id)
  return {
    async refresh() {
      const { changed, removed } = difference.next(proxies.list().map(withoutClock))
      return changed.length + removed.length === 0 ? [] : [{ changed, removed }]
    },
    snapshot: () => proxies.list().map(withoutClock),
  }
}

/** When a connected proxy was last heard of changes all the time and means nothing; it is told in full minutes. */
function withoutClock(proxy: ProxySummary): ProxySummary {
  return { ...proxy, lastSeenAt: `${proxy.lastSeenAt.slice(0, 16)}:00.000Z` }
}

/** A list of the newest items; each one that is new or different is an event. */
function listTopic<Item>(read: () => Promise<readonly Item[]>, keyOf: (item: Item) => string): TopicSource {
  const difference = new Difference<Item>(keyOf)
  let items: readonly Item[] = []
  return {
    async refresh() {
      items = await read()
      // Oldest first.
      return [...difference.next(items).changed].reverse()
    },
    snapshot: () => items,
  }
}

/** A value that is sent whole whenever it differs. */
function wholeTopic(read: () => Promise<unknown>): TopicSource {
  let text = ''
  let value: unknown = null
  return {
    async refresh() {
      value = await read()
      const next = JSON.stringify(value)
      if (next === text) return []
      text = next
      return [value]
    },
    snapshot: () => value,
  }
}
