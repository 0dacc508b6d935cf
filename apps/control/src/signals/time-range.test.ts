import { expect, test } from 'vitest'
import { RangeRefused, readInstant, readRange } from './time-range.ts'

const now = 1_800_000_007

test('buckets lie on the wall clock, so that two people see the same ones', () => {
  expect(readRange({ from: 'now-15m', to: 'now' }, now)).toEqual({
    from: 1_799_999_105,
    to: 1_800_000_005,
    stepSeconds: 5,
  })
})

test.each([
  ['now-15m', 5],
  ['now-1h', 15],
  ['now-6h', 120],
  ['now-24h', 300],
  ['now-7d', 3600],
])('a range from %s has steps of %i s', (from, step) => {
  expect(readRange({ from, to: 'now' }, now).stepSeconds).toBe(step)
})

test.each(['yesterday', 'now+5m', 'now-', '', 'now-9999999d'])('%s is no time', (text) => {
  expect(() => readInstant(text, now)).toThrow(RangeRefused)
})

test.each([
  ['now', 'now-5m', undefined],
  ['now-60d', 'now', undefined],
  ['now-1d', 'now', 5],
])('the range from %s to %s in steps of %s is refused', (from, to, step) => {
  expect(() => readRange({ from, to, step }, now)).toThrow(RangeRefused)
})
