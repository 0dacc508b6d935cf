import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'
import { shareOfCount, shareOfRate } from './worker-share.ts'

test('the shares of a limit are together no less than the limit, and less than one more for each worker', () => {
  for (const limit of [1, 2, 7, 100, 1024]) {
    for (const workers of [1, 2, 3, 8]) {
      const together = shareOfCount(limit, workers) * workers

      expect(together).toBeGreaterThanOrEqual(limit)
      expect(together).toBeLessThan(limit + workers)
    }
  }
})

test('no limit and a limit of none stay what they are', () => {
  expect(shareOfCount(Number.POSITIVE_INFINITY, 4)).toBe(Number.POSITIVE_INFINITY)
  expect(shareOfCount(0, 4)).toBe(0)
})

test('buckets of several workers fill as fast together as the one that was meant', () => {
  const rate = shareOfRate({ tokensMax: 10, tokensPerMs: 0.3 }, 3)

  expect(rate.tokensMax).toBe(4)
  expect(rate.tokensPerMs * 3).toBeCloseTo(0.3)
})

test('what the whole bucket would give at once, a worker’s part gives when it is full, and owes the rest', () => {
  const part = new TokenBucket(shareOfRate({ tokensMax: 10, tokensPerMs: 0.01 }, 4), 0)

  expect(part.rate.tokensMax).toBe(3)
  expect(part.take(0, 5)).toBe(true)
  expect(part.remaining).toBe(0)
  // Two are owed and three are to be there again, at a quarter of the rate.
  expect(part.resetMs(0, 5)).toBe(2000)
  expect(part.take(1999, 5)).toBe(false)
  expect(part.take(2000, 5)).toBe(true)
})

test('what the whole bucket never gives, no part of it does', () => {
  const part = new TokenBucket(shareOfRate({ tokensMax: 10, tokensPerMs: 0.01 }, 4), 0)

  expect(part.take(0, 11)).toBe(false)
  expect(part.resetMs(0, 11)).toBe(Number.POSITIVE_INFINITY)
})
