import type { Graph, Health } from '@heddle/shared/api/graph'
import { expect, test } from 'vitest'
import { stepSelection } from './step-selection.ts'

const node = (name: string, health: Health = 'ok') => ({ id: name, kind: 'service', health })
const edge = (source: string, target: string, health: Health = 'ok') => ({
  id: `${source}>${target}`,
  source,
  target,
  health,
})
const graph = (nodes: object[]) =>
  ({ nodes, edges: [edge('web', 'cart'), edge('web', 'pay', 'fail')] }) as unknown as Graph // what a step reads
const positions = { web: { x: 0, y: 0 }, cart: { x: 100, y: -50 }, pay: { x: 100, y: 60 } }
const calm = graph([node('cart'), node('pay'), node('web')])

test.each([
  ['', 'ArrowRight', 'web'],
  ['web', 'ArrowRight', 'cart'],
  ['cart', 'ArrowDown', 'pay'],
  ['cart', 'ArrowLeft', 'web'],
  ['web', ']', 'web>pay'],
  ['web>pay', ']', 'web>cart'],
  ['web>pay', 'ArrowRight', 'pay'],
  ['web>pay', 'ArrowLeft', 'web'],
  ['pay', '[', 'web>pay'],
  ['pay', ']', undefined],
  ['web', 'x', undefined],
])('from "%s", %s leads to %s', (selected, key, wanted) => {
  expect(stepSelection(calm, positions, selected, key)).toBe(wanted)
})

test('a walk begins at a problem when there is one', () => {
  expect(stepSelection(graph([node('web'), node('cart', 'warn'), node('pay', 'fail')]), positions, '', 'ArrowUp')).toBe(
    'pay',
  )
})
