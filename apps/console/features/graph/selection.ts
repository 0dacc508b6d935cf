import type { Graph, GraphEdge, GraphNode } from '@heddle/shared/api/graph'

/** What is looked at, as it stands in the address: "svc:shop/cart" or "svc:shop/web>svc:shop/cart". */
export type Selection =
  | { readonly kind: 'node'; readonly node: GraphNode }
  | { readonly kind: 'edge'; readonly edge: GraphEdge }

/** Undefined when nothing is selected or it is not there any more. */
export function findSelection(graph: Graph | undefined, id: string): Selection | undefined {
  if (graph === undefined || id === '') return undefined
  const edge = graph.edges.find((each) => each.id === id)
  if (edge !== undefined) return { kind: 'edge', edge }
  const node = graph.nodes.find((each) => each.id === id)
  return node === undefined ? undefined : { kind: 'node', node }
}

/** "svc:shop/cart" as "shop/cart"; undefined for who is outside the mesh. */
export function serviceOf(id: string): string | undefined {
  return id.startsWith('svc:') ? id.slice(4) : undefined
}

/** "cart", as people say it. */
export function shortName(id: string): string {
  return serviceOf(id)?.split('/')[1] ?? 'outside the mesh'
}
