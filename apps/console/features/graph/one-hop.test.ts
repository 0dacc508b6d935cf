import type { Graph, GraphEdge, GraphNode } from '@heddle/shared/api/graph'
import { expect, test } from 'vitest'
import { oneHop } from './one-hop.ts'

const signals = { requestsPerSecond: 1, requests: 15, errorShare: 0, deniedShare: 0, injectedShare: 0 }
const node = (name: string): GraphNode => ({
  id: name,
  kind: 'service',
  name,
  namespace: 'shop',
  health: 'ok',
  signals,
  versions: [],
  proxies: 1,
  badges: [],
})
const edge = (source: string, target: string): GraphEdge => ({
  id: `${source}>${target}`,
  source,
  target,
  protocol: 'http',
  health: 'ok',
  signals,
  flags: [],
  revisions: [],
})
const graph: Graph = {
  at: '2026-11-01T00:00:00.000Z',
  windowSeconds: 15,
  revision: 1,
  nodes: ['a', 'b', 'c', 'd'].map(node),
  edges: [edge('a', 'b'), edge('b', 'c'), edge('c', 'd')],
  checks: [],
}

test('a service comes with its callers and dependencies, and no further', () => {
  const { nodes, edges } = oneHop(graph, 'b')

  expect(nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(edges.map(({ id }) => id)).toEqual(['a>b', 'b>c'])
})

test('an edge comes with its two ends alone', () => {
  const { nodes, edges } = oneHop(graph, 'b>c')

  expect(nodes.map(({ id }) => id)).toEqual(['b', 'c'])
  expect(edges.map(({ id }) => id)).toEqual(['b>c'])
})
