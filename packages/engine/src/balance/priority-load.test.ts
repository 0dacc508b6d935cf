import { expect, test } from 'vitest'
import { priorityLoad } from './priority-load.ts'

const levels = (...healthyPercents: readonly number[]) =>
  healthyPercents.map((healthy) => ({ total: 100, healthy, degraded: 0 }))

// The tables of Envoy's documentation, "Priority levels" and "Panic threshold".
test.each([
  [
    [100, 100],
    [100, 0],
  ],
  [
    [72, 100],
    [100, 0],
  ],
  [
    [71, 100],
    [99, 1],
  ],
  [
    [50, 100],
    [70, 30],
  ],
  [
    [25, 100],
    [35, 65],
  ],
  [
    [0, 100],
    [0, 100],
  ],
  [
    [71, 71, 100],
    [99, 1, 0],
  ],
  [
    [50, 50, 100],
    [70, 30, 0],
  ],
  [
    [25, 25, 100],
    [35, 35, 30],
  ],
])('with %j percent healthy the load is %j', (healthy, loads) => {
  expect(priorityLoad(levels(...healthy), 140, 0).healthy).toEqual(loads)
})

test('what is left of rounding goes to the first that can take it', () => {
  const { healthy } = priorityLoad(levels(25, 25, 20), 140, 0)

  expect(healthy.reduce((sum, each) => sum + each)).toBe(100)
  expect(healthy[0]).toBeGreaterThan(healthy[1] as number)
})

test.each([
  [
    [72, 72],
    [false, false],
  ],
  [
    [50, 60],
    [false, false],
  ],
  [
    [25, 100],
    [false, false],
  ],
  [
    [25, 25],
    [true, true],
  ],
  [
    [5, 65],
    [true, false],
  ],
])('with %j percent healthy the panics are %j', (healthy, panics) => {
  expect(priorityLoad(levels(...healthy), 140, 50).panics).toEqual(panics)
})

test('when all priorities panic, their sizes decide', () => {
  const { healthy } = priorityLoad(
    [
      { total: 30, healthy: 0, degraded: 0 },
      { total: 10, healthy: 0, degraded: 0 },
    ],
    140,
    50,
  )

  expect(healthy).toEqual([75, 25])
})

test('degraded endpoints take what healthy ones of all priorities cannot', () => {
  const { healthy, degraded } = priorityLoad(
    [
      { total: 10, healthy: 2, degraded: 5 },
      { total: 10, healthy: 3, degraded: 0 },
    ],
    140,
    50,
  )

  expect([healthy, degraded]).toEqual([
    [28, 42],
    [30, 0],
  ])
})

test('without a panic nothing goes to nobody', () => {
  expect(priorityLoad(levels(0, 0), 140, 0)).toMatchObject({ healthy: [100, 0], panics: [false, false] })
})
