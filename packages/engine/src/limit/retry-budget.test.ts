import { expect, test } from 'vitest'
import { retriesAllowed } from './retry-budget.ts'

test('without a budget the number holds, however many requests are under way', () => {
  expect([retriesAllowed(undefined, 100, 0), retriesAllowed(undefined, 0, 1000)]).toEqual([100, 0])
})

test('a budget is a share of the requests under way, in whole retries, and never less than its minimum', () => {
  const budget = { percent: 20, concurrencyMin: 3 }

  expect([0, 15, 19, 20, 1000].map((active) => retriesAllowed(budget, 1, active))).toEqual([3, 3, 3, 4, 200])
})
