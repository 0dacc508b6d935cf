import { expect, test } from 'vitest'
import { requestWith } from '../request/request.fixture.ts'
import { parseRuntimeValue } from '../runtime/parse-runtime-value.ts'
import { chooseWeighted } from './choose-weighted.ts'
import type { ClusterChoice } from './forward-action.ts'

const choice = (cluster: string, weight: number): ClusterChoice => ({
  cluster,
  weight,
  hostRewrite: undefined,
  requestEdits: [],
  responseEdits: [],
  filters: new Map(),
  subset: undefined,
})
const target = {
  kind: 'weighted',
  choices: [choice('old', 90), choice('new', 10)],
  cumulative: [90, 100],
  total: 100,
  drawnBy: 'x-draw',
  keyPrefix: 'shift.shop',
} as const
const saying = (weights: Record<string, number>) =>
  new Map(Object.entries(weights).map(([name, weight]) => [`shift.shop.${name}`, parseRuntimeValue(weight)]))

test.each<[string, Record<string, number>, string[]]>([
  ['says nothing', {}, ['old', 'old', 'old', 'new']],
  ['says one weight', { new: 0 }, ['old', 'old', 'old', 'old']],
  ['says both', { old: 1, new: 1 }, ['old', 'old', 'new', 'new']],
  ['says that nobody is to have it', { old: 0, new: 0 }, ['old', 'old', 'old', 'new']],
])('where the runtime %s, weights follow', (_what, weights, expected) => {
  const drawn = [0, 0.49, 0.5, 0.95].map(
    (random) => chooseWeighted(target, () => random, requestWith({}), saying(weights)).cluster,
  )

  expect(drawn).toEqual(expected)
})

test('a request that says where it stands does so among the weights of the runtime', () => {
  const chosen = ['0', '1', '2', '3'].map(
    (draw) => chooseWeighted(target, () => 0, requestWith({ 'x-draw': draw }), saying({ old: 1, new: 1 })).cluster,
  )

  expect(chosen).toEqual(['old', 'new', 'old', 'new'])
})
