import type { Graph } from '@heddle/shared/api/graph'

/** The graph without services that are part of another and have no traffic of their own: it is in that other's place. */
export function withoutParts(graph: Graph): Graph {
  const isAlone = ({ partOf }: Graph['nodes'][number]) => partOf === undefined
  return graph.nodes.every(isAlone) ? graph : { ...graph, nodes: graph.nodes.filter(isAlone) }
}
