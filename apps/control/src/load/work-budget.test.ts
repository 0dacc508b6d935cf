import { expect, test } from 'vitest'
import { WorkBudget } from './work-budget.ts'

test('somebody who took more than was saved waits until a quarter of the time has made up for it, and nobody else does', () => {
  let now = 0
  const budget = new WorkBudget(() => now)

  budget.spend('vera', 6000)
  const waits = [budget.waitMs('vera'), budget.waitMs('erin')]
  now = 4000
  const still = budget.waitMs('vera')
  now = 4100

  expect(waits).toEqual([4004, 0])
  expect(still).toBeGreaterThan(0)
  expect(budget.waitMs('vera')).toBe(0)
})

test('nobody waits for more than about a minute, and nobody saves more than five seconds', () => {
  let now = 0
  const budget = new WorkBudget(() => now)

  budget.spend('vera', 1e9)
  const most = budget.waitMs('vera')
  now = 1e9
  budget.spend('vera', 5001)

  expect(most).toBe(60_004)
  expect(budget.waitMs('vera')).toBeGreaterThan(0)
})
