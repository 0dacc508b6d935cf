import type { Graph } from '@heddle/shared/api/graph'

/** The graph without services that nobody calls and that call nobody, and how many these are. */
export function withoutIdle(graph: Graph): { readonly graph: Graph; readonly hidden: number } {
  const busy = new Set(graph.edges.flatMap(({ source, target }) => [source, target]))
  const nodes = graph.nodes.filter(({ id, health }) => busy.has(id) || health !== 'idle')
  const hidden = graph.nodes.length - nodes.length
  return { graph: hidden === 0 ? graph : { ...graph, nodes }, hidden }
}
