import type { Graph, GraphDelta } from '@heddle/shared/api/graph'

/** The graph after a change of it. What did not change stays the same object, so that nothing is drawn for it. */
export function applyGraphDelta(graph: Graph, delta: GraphDelta): Graph {
  const removed = new Set(delta.removed)
  const { incomplete: _before, ...kept } = graph
  return {
    ...kept,
    ...(delta.incomplete === undefined ? {} : { incomplete: delta.incomplete }),
    at: delta.at,
    revision: delta.revision,
    nodes: merge(graph.nodes, delta.nodes, removed),
    edges: merge(graph.edges, delta.edges, removed),
  }
}

function merge<Item extends { readonly id: string }>(
  before: readonly Item[],
  changed: readonly Item[],
  removed: ReadonlySet<string>,
): Item[] {
  const next = new Map(changed.map((item) => [item.id, item]))
  const kept = before.filter(({ id }) => !removed.has(id)).map((item) => next.get(item.id) ?? item)
  const known = new Set(before.map(({ id }) => id))
  return [...kept, ...changed.filter(({ id }) => !known.has(id))]
}
