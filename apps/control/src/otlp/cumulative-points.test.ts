import { expect, test } from 'vitest'
import { CumulativePoints } from './cumulative-points.ts'

test('what counts on is told as what came since', () => {
  const points = new CumulativePoints()

  expect(points.difference('a', [5, 1])).toBeUndefined()
  expect(points.difference('a', [7, 1])).toEqual([2, 0])
})

test('a restart begins anew and loses nothing', () => {
  const points = new CumulativePoints()
  points.difference('a', [100])

  expect(points.difference('a', [3])).toEqual([3])
})
