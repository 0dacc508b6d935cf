import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareWeights } from './share-weights.ts'

test('the others keep their proportions', () => {
  expect(shareWeights([80, 20], 1, 30)).toEqual([70, 30])
  expect(shareWeights([60, 30, 10], 2, 40)).toEqual([40, 20, 40])
})

test('others without any weight share alike', () => {
  expect(shareWeights([100, 0, 0], 0, 50)).toEqual([50, 25, 25])
})

test('whatever the weights, they sum to 100, none is below 0, and the chosen one is as chosen', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { minLength: 2, maxLength: 8 }),
      fc.nat(7),
      fc.integer({ min: 0, max: 100 }),
      (weights, place, percent) => {
        const index = place % weights.length
        const shared = shareWeights(weights, index, percent)
        expect(shared.reduce((sum, weight) => sum + weight, 0)).toBe(100)
        expect(Math.min(...shared)).toBeGreaterThanOrEqual(0)
        expect(shared[index]).toBe(percent)
      },
    ),
  )
})
