import { expect, test } from 'vitest'
import { type PriorityRow, RetryPriority } from './retry-priority.ts'

/** Endpoints are called after their priority. */
function rowOf(...healthyPercents: number[]): PriorityRow<number> {
  return {
    counts: healthyPercents.map((healthy) => ({ total: 100, healthy, degraded: 0 })),
    overprovisioning: 100,
    placeOf: (endpoint) => endpoint,
  }
}

test('a priority that was tried is left out, and what is left over goes to the next', () => {
  const retry = new RetryPriority<number>(1)
  retry.attempt(0)

  expect(retry.loadOf(rowOf(100, 50, 100))?.healthy).toEqual([0, 50, 50])
})

test('when no priority is left it begins anew', () => {
  const retry = new RetryPriority<number>(1)
  const row = rowOf(100, 0, 50)
  const loads = [0, 2, 0].map((tried) => {
    retry.attempt(tried)
    return retry.loadOf(row)?.healthy
  })

  expect(loads).toEqual([
    [0, 0, 100],
    [100, 0, 0],
    [0, 0, 100],
  ])
})

test('it is decided anew after each so many tries', () => {
  const retry = new RetryPriority<number>(2)
  const row = rowOf(100, 100, 100)
  const loads = [0, 1, 2].map((tried) => {
    retry.attempt(tried)
    return retry.loadOf(row)?.healthy
  })

  expect(loads).toEqual([undefined, [0, 0, 100], [0, 0, 100]])
})

test('who has no priority in the row leaves nothing out', () => {
  const retry = new RetryPriority<number>(1)
  retry.attempt(-1)

  expect(retry.loadOf(rowOf(100, 100))?.healthy).toEqual([100, 0])
})
