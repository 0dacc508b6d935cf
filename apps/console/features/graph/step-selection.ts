import type { Graph } from '@heddle/shared/api/graph'
import { healthOrder } from './health-words.ts'
import type { Positions } from './layered-layout.ts'

const directions: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/**
 * Where a key leads from the selection: arrows to the nearest node that way, `]` and `[` through the edges out of and
 * into the node, worst first. Undefined: the key leads nowhere.
 */
export function stepSelection(graph: Graph, positions: Positions, selected: string, key: string): string | undefined {
  const edge = graph.edges.find(({ id }) => id === selected)
  const from = edge === undefined ? selected : key === 'ArrowLeft' ? edge.source : edge.target
  const direction = directions[key]
  if (direction !== undefined) {
    if (edge !== undefined) return from
    return (
      nearest(graph, positions, from, direction) ??
      (positions[from] === undefined ? firstNode(graph, positions) : undefined)
    )
  }
  if (key !== '[' && key !== ']') return undefined
  const center = edge === undefined ? selected : key === ']' ? edge.source : edge.target
  const around = graph.edges
    .filter((each) => (key === ']' ? each.source : each.target) === center)
    .toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))
  const index = around.findIndex(({ id }) => id === selected)
  return around[(index + 1) % Math.max(1, around.length)]?.id
}

/** Where a walk begins: at the worst problem, else at the service that stands first in the drawing. */
function firstNode({ nodes }: Graph, positions: Positions): string | undefined {
  const services = nodes.filter(({ kind }) => kind === 'service')
  const problem = services
    .filter(({ health }) => health === 'fail' || health === 'warn')
    .toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))[0]
  const [leftmost] = services.toSorted((a, b) => (positions[a.id]?.x ?? 0) - (positions[b.id]?.x ?? 0))
  return (problem ?? leftmost)?.id
}

function nearest(
  { nodes }: Graph,
  positions: Positions,
  from: string,
  direction: { readonly x: number; readonly y: number },
): string | undefined {
  const start = positions[from]
  if (start === undefined) return undefined
  let best: { readonly id: string; readonly cost: number } | undefined
  for (const { id } of nodes) {
    const position = positions[id]
    if (id === from || position === undefined) continue
    const ahead = (position.x - start.x) * direction.x + (position.y - start.y) * direction.y
    const aside = Math.abs((position.x - start.x) * direction.y) + Math.abs((position.y - start.y) * direction.x)
    if (ahead <= 0) continue
    const cost = ahead + aside * 2
    if (best === undefined || cost < best.cost) best = { id, cost }
  }
  return best?.id
}
