import type { Graph, GraphNode } from '@heddle/shared/api/graph'
import { expect, test } from 'vitest'
import { applyGraphDelta } from './apply-graph-delta.ts'

const node = (id: string, requests = 0) => ({ id, signals: { requests } }) as unknown as GraphNode // only what is compared
const graph = { at: 'a', revision: 1, nodes: [node('a'), node('b')], edges: [] } as unknown as Graph

test('a change replaces what it names, adds what is new and removes what is gone', () => {
  const next = applyGraphDelta(graph, {
    at: 'b',
    revision: 2,
    nodes: [node('b', 5), node('c')],
    edges: [],
    removed: ['a'],
  })

  expect(next.nodes).toEqual([node('b', 5), node('c')])
  expect(next.revision).toBe(2)
})

test('what did not change stays the same object', () => {
  const next = applyGraphDelta(graph, { at: 'b', revision: 1, nodes: [node('b', 5)], edges: [], removed: [] })

  expect(next.nodes[0]).toBe(graph.nodes[0])
})
