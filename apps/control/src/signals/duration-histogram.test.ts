import { expect, test } from 'vitest'
import { bucketCount, bucketOf, quantile, toOurBuckets } from './duration-histogram.ts'

test('a duration on a bound belongs to the bucket below it', () => {
  expect([bucketOf(0), bucketOf(0.5), bucketOf(0.6), bucketOf(5), bucketOf(4e6)]).toEqual([0, 0, 1, 2, 19])
})

test('a percentile lies within the bucket that holds it', () => {
  const counts = new Array<number>(bucketCount).fill(0)
  counts[3] = 90
  counts[7] = 10

  expect(quantile(counts, 0.5)).toBeGreaterThan(5)
  expect(quantile(counts, 0.5)).toBeLessThanOrEqual(10)
  expect(quantile(counts, 0.99)).toBeGreaterThan(100)
  expect(quantile(counts, 0.99)).toBeLessThanOrEqual(250)
})

test('nothing counted has no percentile', () => {
  expect(quantile([0, 0], 0.5)).toBeUndefined()
})

test('buckets of others lose no request', () => {
  const ours = toOurBuckets([1, 2, 3], [7, 2000])

  expect(ours.reduce((sum, count) => sum + count, 0)).toBe(6)
  expect(ours[bucketOf(7)]).toBe(1)
  expect(ours[bucketCount - 1]).toBe(3)
})
