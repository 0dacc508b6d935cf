import { expect, test } from 'vitest'
import { KeptBudget } from './kept-budget.ts'

const mib = 1024 * 1024

test('one connection may have a third of all, with all of its requests', () => {
  const budget = new KeptBudget(48 * mib)

  expect(filled(budget)).toBe(16 * mib)
})

test('however many keep something, the budget holds, and one that comes late gets as much as the others', () => {
  const budget = new KeptBudget(64 * mib)
  const connections = Array.from({ length: 10_000 }, () => ({ keptBytes: 0 }))
  const step = 512
  for (let isAllowed = true; isAllowed; ) {
    isAllowed = false
    for (const connection of connections) {
      if (!budget.allows(connection, step)) continue
      budget.count(connection, step)
      isAllowed = true
    }
  }

  const late = filled(budget, step)

  expect(budget.bytes).toBeLessThanOrEqual(64 * mib)
  expect(late).toBeGreaterThan((connections[0]?.keptBytes ?? 0) / 2)
})

/** As much as one more connection gets. */
function filled(budget: KeptBudget, step = 1024): number {
  const connection = { keptBytes: 0 }
  while (budget.allows(connection, step)) budget.count(connection, step)
  return connection.keptBytes
}
