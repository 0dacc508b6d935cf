import { expect, test } from 'vitest'
import { type CheckResult, type HealthPolicy, newHealthRecord, nextCheckMs, takeCheckResult } from './health-record.ts'

const policy: HealthPolicy = {
  unhealthyThreshold: 2,
  healthyThreshold: 3,
  intervalMs: 1000,
  noTrafficMs: 60_000,
  noTrafficHealthyMs: 50_000,
  unhealthyMs: 2000,
  unhealthyEdgeMs: 200,
  healthyEdgeMs: 100,
  jitterMs: 0,
  jitterPercent: 0,
}

/** "h" or "u" after each result, upper case where it changed. */
function follow(results: readonly CheckResult[]): string {
  const record = newHealthRecord()
  return results
    .map((result) => {
      const change = takeCheckResult(policy, record, result)
      const state = record.isHealthy ? (record.isDegraded ? 'd' : 'h') : 'u'
      return change === 'changed' ? state.toUpperCase() : state
    })
    .join('')
}

test.each<[string, CheckResult[], string]>([
  ['the first success counts at once', ['success', 'success'], 'Hh'],
  ['failures count when there are enough in a row', ['success', 'failure', 'success', 'failure', 'failure'], 'HhhhU'],
  ['an answer that says no counts at once', ['success', 'refusal'], 'HU'],
  [
    'after a failure as many successes are needed as the threshold says',
    ['failure', 'success', 'success', 'failure', 'success', 'success', 'success'],
    'UuuuuuH',
  ],
  ['degraded comes and goes', ['success', 'degraded', 'degraded', 'success'], 'HDdH'],
])('%s', (_what, results, expected) => {
  expect(follow(results)).toBe(expected)
})

test.each([
  ['success', 'none', true, 1000],
  ['success', 'pending', true, 100],
  ['failure', 'none', true, 2000],
  ['failure', 'pending', true, 200],
  ['success', 'none', false, 50_000],
  ['failure', 'none', false, 60_000],
] as const)('after a %s with change "%s" and traffic %s the next check is in %i ms', (result, change, traffic, ms) => {
  expect(nextCheckMs(policy, result, change, traffic, 0)).toBe(ms)
})

test('jitter comes on top, in time and in percent', () => {
  expect(nextCheckMs({ ...policy, jitterMs: 500, jitterPercent: 10 }, 'success', 'none', true, 0.5)).toBe(1300)
})
