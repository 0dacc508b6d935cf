import { expect, test } from 'vitest'
import { parseRuntimeValue } from './parse-runtime-value.ts'
import { countIn, flagIn, isAmong, isAmongPercent, noRuntimeValues, shareIn } from './runtime-values.ts'

const values = new Map(
  Object.entries({ half: 50, no: 0, more: 500, word: 'word', off: false }).map(
    ([key, value]) => [key, parseRuntimeValue(value)] as const,
  ),
)
const never = () => {
  throw new Error('no draw is needed')
}

test('a value of the runtime holds in the place of what is configured, and only where it has the form that is asked for', () => {
  const shares = ['half', 'no', 'more', 'word', 'absent', ''].map((key) => shareIn(values, { key, share: 0.25 }))
  const counts = ['half', 'word', 'absent', ''].map((key) => countIn(values, key, 7))

  expect(shares).toEqual([0.5, 0, 1, 0.25, 0.25, 0.25])
  expect(counts).toEqual([50, 7, 7, 7])
  expect(flagIn(values, { key: 'off', isOn: true })).toBe(false)
  expect(flagIn(values, { key: 'half', isOn: false })).toBe(true)
  expect(shareIn(noRuntimeValues, { key: 'half', share: 0.25 })).toBe(0.25)
})

test('chance is asked only where it decides', () => {
  expect(isAmong(values, { key: 'no', share: 1 }, never)).toBe(false)
  expect(isAmong(values, { key: 'more', share: 0 }, never)).toBe(true)
  expect(isAmong(values, { key: 'half', share: 0 }, () => 0.49)).toBe(true)
  expect(isAmong(values, { key: 'half', share: 1 }, () => 0.5)).toBe(false)
  expect(isAmongPercent(values, 'absent', never)).toBe(true)
  expect(isAmongPercent(values, 'half', () => 0.5)).toBe(false)
})
