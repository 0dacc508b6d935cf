import type { Position, Positions } from './layered-layout.ts'

/** A node as it is drawn. */
export const nodeSize = { width: 150, height: 56 }
const gap = 12

/**
 * How far aside the control point of an edge stands, so that it goes around the nodes between its ends: an edge behind
 * another service looks like two that end there. Right of the way is positive on a screen; zero is a straight line.
 */
export function bendAround(source: string, target: string, positions: Positions): number {
  const [from, to] = [positions[source], positions[target]]
  if (from === undefined || to === undefined) return 0
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  if (length === 0) return 0
  const way = { x: (to.x - from.x) / length, y: (to.y - from.y) / length }
  // How far a node reaches to either side of the way.
  const reach = (Math.abs(way.y) * nodeSize.width + Math.abs(way.x) * nodeSize.height) / 2 + gap
  let bend = 0
  for (const [id, place] of Object.entries(positions)) {
    if (id === source || id === target || !isBetween(place, from, to)) continue
    const along = ((place.x - from.x) * way.x + (place.y - from.y) * way.y) / length
    const aside = (place.y - from.y) * way.x - (place.x - from.x) * way.y
    if (along <= 0 || along >= 1 || Math.abs(aside) >= reach) continue
    // To the side where it reaches less far; through the middle of a node, away from the others.
    const isRight = Math.abs(aside) < 1 ? isOutside(from, to, way, positions) : aside < 0
    // The curve reaches only a part of its control point's distance.
    const needed = (aside + (isRight ? reach : -reach)) / (2 * Math.max(0.16, along * (1 - along)))
    if (Math.abs(needed) > Math.abs(bend)) bend = needed
  }
  return Math.round(bend)
}

/** Whether the right of the way is the side where fewer nodes are. */
function isOutside(from: Position, to: Position, way: Position, positions: Positions): boolean {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  let sum = 0
  for (const { x, y } of Object.values(positions)) sum += (y - middle.y) * way.x - (x - middle.x) * way.y
  return sum < 0
}

/** Cheap, because it is asked of every node for every edge. */
function isBetween(place: Position, from: Position, to: Position): boolean {
  const { width, height } = nodeSize
  return (
    place.x > Math.min(from.x, to.x) - width &&
    place.x < Math.max(from.x, to.x) + width &&
    place.y > Math.min(from.y, to.y) - height &&
    place.y < Math.max(from.y, to.y) + height
  )
}
