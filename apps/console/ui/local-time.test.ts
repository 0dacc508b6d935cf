import { expect, test } from 'vitest'
import { fromLocalTime, toLocalTime } from './local-time.ts'

test('a time goes through the field and back, whatever zone it was written in', () => {
  expect(fromLocalTime(toLocalTime('2026-12-01T15:04:00Z'))).toBe('2026-12-01T15:04:00Z')
  expect(fromLocalTime(toLocalTime('2026-12-01T17:04:30+02:00'))).toBe('2026-12-01T15:04:00Z')
})

test('what is no time leaves the field empty', () => {
  expect([toLocalTime(''), toLocalTime('tomorrow')]).toEqual(['', ''])
})
