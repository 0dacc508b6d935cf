import type { GraphEdge } from '@heddle/shared/api/graph'
import { shortName } from './selection.ts'

/** An edge that is unwell and beyond which nothing is: where a failure starts, and who feels it. */
export type FailureOrigin = { readonly edge: GraphEdge; readonly feltBy: readonly string[] }

/**
 * Where failures start, worst first. Who waits for something slow is slow as well, so an edge is left out when its
 * destination has a dependency that is unwell; it is told as one that feels it.
 */
export function findOrigins({ edges }: { readonly edges: readonly GraphEdge[] }): FailureOrigin[] {
  const unwell = edges.filter(({ health }) => health === 'fail' || health === 'warn')
  const origins = unwell.filter(({ target }) => !unwell.some(({ source }) => source === target))
  // In a circle of unwell edges each feels the others, and none is the first.
  const found = origins.length > 0 ? origins : unwell
  return found.toSorted(worstFirst).map((edge) => ({ edge, feltBy: callersOf(edge, unwell) }))
}

/** Whom it reaches against the direction of the requests, over edges that are unwell themselves; nearest first. */
function callersOf(edge: GraphEdge, unwell: readonly GraphEdge[]): string[] {
  const reached = new Set([edge.source])
  // A set takes what is added while it is walked through.
  for (const node of reached) {
    for (const { source, target } of unwell) if (target === node && source !== edge.target) reached.add(source)
  }
  reached.delete(edge.source)
  return [...reached].map((id) => (id.startsWith('svc:') ? shortName(id) : 'callers outside the mesh'))
}

function worstFirst(a: GraphEdge, b: GraphEdge): number {
  if (a.health !== b.health) return a.health === 'fail' ? -1 : 1
  return failed(b) - failed(a) || b.signals.requests - a.signals.requests
}

function failed({ signals }: GraphEdge): number {
  return (signals.errorShare + signals.deniedShare) * signals.requests
}
