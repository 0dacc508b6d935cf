import type { Graph } from '@heddle/shared/api/graph'

/** A service or an edge with its next neighbours: as much as a small screen can show. */
export function oneHop(graph: Graph, selected: string): Graph {
  const edge = graph.edges.find(({ id }) => id === selected)
  const center = new Set(edge ? [edge.source, edge.target] : [selected])
  const edges = edge ? [edge] : graph.edges.filter(({ source, target }) => center.has(source) || center.has(target))
  const near = new Set([...center, ...edges.flatMap(({ source, target }) => [source, target])])
  return { ...graph, nodes: graph.nodes.filter(({ id }) => near.has(id)), edges }
}
