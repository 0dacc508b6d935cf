import { expect, test } from 'vitest'
import { formatAge } from './format-age.ts'

const minute = 60_000

test.each([
  [0, 'just now'],
  [42_000, '42\u202fs ago'],
  [61 * minute, '1\u202fh ago'],
  [-4 * minute, 'in 4\u202fmin'],
  [3 * 24 * 60 * minute, '3\u202fd ago'],
])('%d ms reads as "%s"', (age, text) => {
  expect(formatAge(10_000_000_000 - age, 10_000_000_000)).toBe(text)
})
