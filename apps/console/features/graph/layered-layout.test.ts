import { expect, test } from 'vitest'
import { columnWidth, layeredLayout, rowHeight } from './layered-layout.ts'
import { placeNewNodes } from './place-new-nodes.ts'

const edge = (source: string, target: string) => ({ source, target })

test('callers stand left of whom they call', () => {
  const positions = layeredLayout(['web', 'cart', 'db'], [edge('web', 'cart'), edge('cart', 'db'), edge('web', 'db')])

  expect([positions.web?.x, positions.cart?.x, positions.db?.x]).toEqual([0, columnWidth, 2 * columnWidth])
})

test('a cycle is cut where it closes', () => {
  const positions = layeredLayout(['in', 'a', 'b'], [edge('in', 'a'), edge('a', 'b'), edge('b', 'a')])

  expect(positions.a?.x).toBe(columnWidth)
  expect(positions.b?.x).toBe(2 * columnWidth)
})

test('no two nodes stand in one place, however many there are', () => {
  const ids = Array.from({ length: 200 }, (_, index) => `service-${index}`)
  const edges = ids.slice(1).map((id, index) => edge(ids[Math.floor(index / 3)] ?? '', id))

  const places = Object.values(layeredLayout(ids, edges)).map(({ x, y }) => `${x},${y}`)

  expect(new Set(places).size).toBe(200)
})

test('a new node takes a free place beside its neighbour and moves nobody', () => {
  const stored = { web: { x: 0, y: 0 }, cart: { x: columnWidth, y: 0 } }

  const placed = placeNewNodes(stored, ['web', 'cart', 'db'], [edge('cart', 'db')])

  expect(placed).toMatchObject(stored)
  expect(Math.abs((placed.db?.x ?? 0) - columnWidth)).toBeLessThanOrEqual(columnWidth)
  expect(Math.abs(placed.db?.y ?? 0)).toBeLessThanOrEqual(rowHeight)
  expect(placed.db).not.toEqual(stored.cart)
})
