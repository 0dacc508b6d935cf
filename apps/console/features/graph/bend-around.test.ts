import { expect, test } from 'vitest'
import { bendAround, nodeSize } from './bend-around.ts'
import type { Position } from './layered-layout.ts'

test('an edge with nothing between its ends is straight', () => {
  const positions = { web: { x: 0, y: 0 }, cart: { x: 470, y: 0 }, other: { x: 235, y: 200 }, behind: { x: 700, y: 0 } }

  expect(bendAround('web', 'cart', positions)).toBe(0)
})

test.each([
  ['in the middle', { x: 235, y: 62 }],
  ['a little above it', { x: 235, y: 50 }],
  ['a little below it', { x: 235, y: 80 }],
  ['near the source', { x: 180, y: 50 }],
])('an edge goes around the node between its ends: %s', (_, between) => {
  const [web, cart] = [
    { x: 0, y: 0 },
    { x: 470, y: 124 },
  ]

  const bend = bendAround('web', 'cart', { web, cart, between })

  expect(curve(web, cart, bend).filter((point) => isInside(point, between))).toEqual([])
})

test('it goes around on the nearer side, and the way back on the same', () => {
  const positions = { web: { x: 0, y: 0 }, cart: { x: 470, y: 0 }, low: { x: 235, y: 10 } }

  expect(bendAround('web', 'cart', positions)).toBeLessThan(0)
  expect(bendAround('cart', 'web', positions)).toBe(-bendAround('web', 'cart', positions))
})

test('through the middle of a node it goes around where the others are not', () => {
  const row = { web: { x: 0, y: 0 }, between: { x: 235, y: 0 }, cart: { x: 470, y: 0 } }

  expect(bendAround('web', 'cart', { ...row, below: { x: 235, y: 300 } })).toBeLessThan(0)
  expect(bendAround('web', 'cart', { ...row, above: { x: 235, y: -300 } })).toBeGreaterThan(0)
})

test('a node that is not placed bends nothing', () => {
  expect(bendAround('web', 'cart', { web: { x: 0, y: 0 } })).toBe(0)
})

/** Points of the curve that is drawn, its control point `bend` aside of the middle. */
function curve(from: Position, to: Position, bend: number): Position[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const control = {
    x: (from.x + to.x) / 2 - ((to.y - from.y) / length) * bend,
    y: (from.y + to.y) / 2 + ((to.x - from.x) / length) * bend,
  }
  const at = (t: number, axis: 'x' | 'y') =>
    (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * control[axis] + t ** 2 * to[axis]
  return Array.from({ length: 101 }, (_, step) => ({ x: at(step / 100, 'x'), y: at(step / 100, 'y') }))
}

function isInside(point: Position, node: Position): boolean {
  return Math.abs(point.x - node.x) < nodeSize.width / 2 && Math.abs(point.y - node.y) < nodeSize.height / 2
}
