import { columnWidth, layeredLayout, type Position, type Positions, rowHeight } from './layered-layout.ts'

type Ends = { readonly source: string; readonly target: string }

/**
 * Places for all nodes, where those that have one keep it: a new node goes to the nearest free cell beside its
 * neighbours, and nobody moves for it.
 */
export function placeNewNodes(stored: Positions, ids: readonly string[], edges: readonly Ends[]): Positions {
  const missing = ids.filter((id) => stored[id] === undefined)
  if (missing.length === 0) return stored
  if (missing.length === ids.length) return { ...stored, ...layeredLayout(ids, edges) }
  const positions: Record<string, Position> = { ...stored }
  const present = new Set(ids)
  const taken = new Set(ids.flatMap((id) => (positions[id] ? [cellOf(positions[id])] : [])))
  for (const id of missing.toSorted()) {
    const around = edges
      .flatMap(({ source, target }) => (source === id ? [target] : target === id ? [source] : []))
      .filter((other) => present.has(other))
      .map((other) => positions[other])
      .filter((position) => position !== undefined)
    const all = around.length > 0 ? around : Object.values(positions)
    const position = nearestFree({ x: mean(all.map(({ x }) => x)), y: mean(all.map(({ y }) => y)) }, taken)
    positions[id] = position
    taken.add(cellOf(position))
  }
  return positions
}

function nearestFree({ x, y }: Position, taken: ReadonlySet<string>): Position {
  const column = Math.round(x / columnWidth)
  const row = Math.round(y / rowHeight)
  for (let radius = 0; ; radius++) {
    for (let dx = -radius; dx <= radius; dx++) {
      for (let dy = -radius; dy <= radius; dy++) {
        if (Math.max(Math.abs(dx), Math.abs(dy)) !== radius) continue
        const candidate = { x: (column + dx) * columnWidth, y: (row + dy) * rowHeight }
        if (!taken.has(cellOf(candidate))) return candidate
      }
    }
  }
}

function cellOf({ x, y }: Position): string {
  return `${Math.round(x / columnWidth)},${Math.round(y / rowHeight)}`
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
