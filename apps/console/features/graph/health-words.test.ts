import { expect, test } from 'vitest'
import { healthHint, healthReason } from './health-words.ts'

test('what is unwell says whether its errors or its latency are the reason', () => {
  expect(healthReason('fail', { requests: 100, errorShare: 0.2, deniedShare: 0 })).toBe(
    '5 % of its requests or more fail',
  )
  expect(healthReason('fail', { requests: 100, errorShare: 0.01, deniedShare: 0 })).toMatch(
    /^Its p95 is more than four times/,
  )
  expect(healthReason('warn', { requests: 100, errorShare: 0.02, deniedShare: 0 })).toBe(
    '1 % of its requests or more fail',
  )
  expect(healthReason('warn', { requests: 100, errorShare: 0, deniedShare: 0 })).toMatch(/^Its p95 is more than twice/)
})

test('what is denied is told as that, and not as slow', () => {
  expect(healthReason('warn', { requests: 100, errorShare: 0, deniedShare: 1 })).toMatch(/are denied by a policy$/)
  expect(healthReason('fail', { requests: 100, errorShare: 0.2, deniedShare: 1 })).toMatch(/or more fail$/)
})

test('one failed request is no reason', () => {
  expect(healthReason('warn', { requests: 30, errorShare: 1 / 30, deniedShare: 0 })).toMatch(/^Its p95/)
})

test('what is well, or not judged, says what that means, and does not say how fast it is where nobody knows', () => {
  expect(healthReason('ok', { requests: 100, errorShare: 0, deniedShare: 0 })).toMatch(
    /not much slower than in the hour before$/,
  )
  expect(healthReason('ok', { requests: 100, errorShare: 0, deniedShare: 0 }, false)).toMatch(/is not known yet$/)
  expect(healthReason('low', { requests: 3, errorShare: 0, deniedShare: 0 })).toBe(healthHint.low)
})
