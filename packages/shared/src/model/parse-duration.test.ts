import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration } from './format-duration.ts'
import { parseDuration } from './parse-duration.ts'

test.each([
  ['0', 0],
  ['0s', 0],
  ['500ms', 500],
  ['1.5s', 1500],
  ['1.1s', 1100],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['100us', 0.1],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', '-1s', '1 s', 's', '1d', '1s2', '1e3s', '.5s', 'Infinitys', `${'1h'.repeat(40)}`])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test('every whole number of milliseconds is read back as it was written', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
})
