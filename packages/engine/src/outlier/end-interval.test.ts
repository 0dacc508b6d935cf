import { expect, test } from 'vitest'
import { endInterval } from './end-interval.ts'
import type { Detector, OutlierPolicy } from './outlier-policy.ts'
import { newOutlierRecord, newOutlierSet, type OutlierRecord } from './outlier-record.ts'

const off: Record<Detector, number> = {
  'consecutive-5xx': 0,
  'consecutive-gateway-failure': 0,
  'consecutive-local-origin-failure': 0,
  'success-rate': 0,
  'local-origin-success-rate': 0,
  'failure-percentage': 0,
  'local-origin-failure-percentage': 0,
}

function policyWith(enforcing: Partial<Record<Detector, number>>, more: Partial<OutlierPolicy> = {}): OutlierPolicy {
  return {
    consecutive5xx: 0,
    consecutiveGatewayFailure: 0,
    consecutiveLocalOriginFailure: 0,
    splitsLocalOrigin: false,
    intervalMs: 10_000,
    baseEjectionMs: 30_000,
    ejectionMaxMs: 300_000,
    jitterMaxMs: 0,
    ejectionPercentMax: 100,
    alwaysEjectsOne: false,
    successRate: { hostsMin: 5, requestsMin: 100, deviations: 1.9 },
    failurePercentage: { threshold: 85, hostsMin: 5, requestsMin: 50 },
    enforcing: { ...off, ...enforcing },
    checkEndsEjection: true,
    ...more,
  }
}

/** Endpoints that had so many successes of so many requests. */
function did(...counts: readonly (readonly [successes: number, requests: number])[]): OutlierRecord[] {
  return counts.map(([successes, requests]) => ({ ...newOutlierRecord(), successes, requests }))
}

function end(policy: OutlierPolicy, records: readonly OutlierRecord[], nowMs = 0): boolean[] {
  const ejected = records.filter(({ isEjected }) => isEjected).length
  const set = { ...newOutlierSet(), ejected, size: records.length }
  endInterval(policy, records, set, nowMs, () => 0)
  return records.map(({ isEjected }) => isEjected)
}

test('whoever succeeds far less often than the others goes', () => {
  const records = did([100, 100], [99, 100], [100, 100], [98, 100], [60, 100])

  expect(end(policyWith({ 'success-rate': 100 }), records)).toEqual([false, false, false, false, true])
})

test('when all fail alike nobody goes', () => {
  const records = did([60, 100], [60, 100], [61, 100], [60, 100], [59, 100], [60, 100])

  expect(end(policyWith({ 'success-rate': 100 }), records)).not.toContain(true)
})

test.each([
  [
    'hosts',
    [
      [100, 100],
      [100, 100],
      [100, 100],
      [0, 100],
    ],
  ],
  [
    'requests',
    [
      [99, 99],
      [99, 99],
      [99, 99],
      [99, 99],
      [0, 99],
    ],
  ],
] as const)('with too few %s nothing is judged', (_what, counts) => {
  expect(
    end(
      policyWith(
        { 'success-rate': 100, 'failure-percentage': 100 },
        {
          failurePercentage: { threshold: 85, hostsMin: 5, requestsMin: 100 },
        },
      ),
      did(...counts),
    ),
  ).not.toContain(true)
})

test('whoever fails as often as the threshold says goes, whatever the others do', () => {
  const records = did([10, 100], [15, 100], [16, 100], [10, 50], [0, 50])

  expect(end(policyWith({ 'failure-percentage': 100 }), records)).toEqual([true, true, false, false, true])
})

test('where they are split, tries that reached nobody are judged apart', () => {
  const records = did([100, 100], [100, 100], [100, 100], [100, 100], [100, 100])
  for (const record of records) Object.assign(record, { localTries: 200, localSuccesses: 199 })
  Object.assign(records[4] as OutlierRecord, { localSuccesses: 100 })

  expect(end(policyWith({ 'local-origin-success-rate': 100 }, { splitsLocalOrigin: true }), records)).toEqual([
    false,
    false,
    false,
    false,
    true,
  ])
})

test('an ejection ends with the first interval after its time, and each interval counts anew', () => {
  const [record] = did([0, 100]) as [OutlierRecord]
  Object.assign(record, { isEjected: true, ejections: 1, ejectedAtMs: 5000, consecutive5xx: 2 })
  const policy = policyWith({})

  const before = end(policy, [record], 30_000)
  const after = end(policy, [record], 40_000)

  expect([before, after]).toEqual([[true], [false]])
  expect(record).toMatchObject({ consecutive5xx: 0, requests: 0, successes: 0 })
})
