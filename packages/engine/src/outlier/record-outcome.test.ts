import { expect, test } from 'vitest'
import { ejectionEndMs } from './eject.ts'
import { endInterval } from './end-interval.ts'
import type { OutlierPolicy, TryOutcome } from './outlier-policy.ts'
import { newOutlierRecord, newOutlierSet, type OutlierRecord, type OutlierSet } from './outlier-record.ts'
import { recordOutcome } from './record-outcome.ts'

const policy: OutlierPolicy = {
  consecutive5xx: 3,
  consecutiveGatewayFailure: 0,
  consecutiveLocalOriginFailure: 5,
  splitsLocalOrigin: false,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  ejectionMaxMs: 300_000,
  jitterMaxMs: 0,
  ejectionPercentMax: 50,
  alwaysEjectsOne: false,
  successRate: { hostsMin: 5, requestsMin: 100, deviations: 1.9 },
  failurePercentage: { threshold: 85, hostsMin: 5, requestsMin: 50 },
  enforcing: {
    'consecutive-5xx': 100,
    'consecutive-gateway-failure': 0,
    'consecutive-local-origin-failure': 100,
    'success-rate': 100,
    'local-origin-success-rate': 100,
    'failure-percentage': 0,
    'local-origin-failure-percentage': 0,
  },
  checkEndsEjection: true,
}
const never = () => 0.999

type Cluster = { readonly set: OutlierSet; readonly all: [OutlierRecord, ...OutlierRecord[]] }

function clusterOf(count: number): Cluster {
  const all = Array.from({ length: count }, newOutlierRecord) as Cluster['all'] // count is at least 1
  return { all, set: { ...newOutlierSet(), size: count } }
}

function record(cluster: Cluster, outcomes: readonly TryOutcome[], settings = policy, nowMs = 0, index = 0): boolean[] {
  const endpoint = cluster.all[index] as OutlierRecord // of this test
  return outcomes.map((outcome) => recordOutcome(settings, endpoint, cluster.set, outcome, nowMs, never))
}

const times = (count: number, outcome: TryOutcome) => Array.from({ length: count }, () => outcome)

test('server errors in a row eject, and one success in between starts the count anew', () => {
  const cluster = clusterOf(2)

  const results = record(cluster, [...times(2, 'server-error'), 'ok', ...times(3, 'server-error')], policy, 1000)

  expect(results).toEqual([false, false, false, false, false, true])
  expect(ejectionEndMs(policy, cluster.all[0])).toBe(31_000)
})

test('a failure without an answer counts as a server error', () => {
  expect(record(clusterOf(2), times(3, 'local-failure'))).toEqual([false, false, true])
})

test('where they are split, failures to connect have their own count', () => {
  const split = { ...policy, splitsLocalOrigin: true }

  expect(record(clusterOf(2), times(5, 'local-failure'), split)).toEqual([false, false, false, false, true])
})

test('where they are split, a connection that came about begins the count anew, and an answer does not', () => {
  const split = { ...policy, splitsLocalOrigin: true, consecutiveLocalOriginFailure: 2 }

  const connected = record(clusterOf(2), ['connected', 'local-failure', 'connected', 'local-failure'], split)
  const answered = record(clusterOf(2), ['local-failure', 'ok', 'local-failure'], split)

  expect(connected).not.toContain(true)
  expect(answered).toEqual([false, false, true])
})

test('a tunnel that opens is all that is known of its endpoint: it begins every count anew', () => {
  const outcomes: TryOutcome[] = [...times(2, 'local-failure'), 'tunnel-open', ...times(2, 'local-failure')]
  const split = { ...policy, splitsLocalOrigin: true, consecutiveLocalOriginFailure: 3 }

  expect(record(clusterOf(2), outcomes)).not.toContain(true)
  expect(record(clusterOf(2), outcomes, split)).not.toContain(true)
})

test('gateway errors have their own detector, which another server error resets', () => {
  const enforcing = { ...policy.enforcing, 'consecutive-gateway-failure': 100 }
  const gateway = { ...policy, consecutive5xx: 0, consecutiveGatewayFailure: 2, enforcing }
  const outcomes: TryOutcome[] = ['gateway-error', 'server-error', 'gateway-error', 'gateway-error']

  expect(record(clusterOf(2), outcomes, gateway)).toEqual([false, false, false, true])
})

test('a detector that enforces 0 % ejects nobody, one that enforces half ejects by the draw', () => {
  const enforcing = (percent: number) => ({ ...policy, enforcing: { ...policy.enforcing, 'consecutive-5xx': percent } })
  const half = clusterOf(2)

  const none = record(clusterOf(2), times(20, 'server-error'), enforcing(0))
  const drawn = [0.7, 0.3].map((draw) =>
    times(3, 'server-error')
      .map((outcome) => recordOutcome(enforcing(50), half.all[0], half.set, outcome, 0, () => draw))
      .at(-1),
  )

  expect(none).not.toContain(true)
  expect(drawn).toEqual([false, true])
})

test('each ejection lasts longer, up to the longest, and jitter comes on top', () => {
  const cluster = clusterOf(2)
  const lengths: number[] = []

  for (let now = 0, time = 0; time < 12; time++) {
    record(cluster, times(3, 'server-error'), policy, now)
    const end = ejectionEndMs(policy, cluster.all[0])
    lengths.push(end - now)
    now = end
    endInterval(policy, cluster.all, cluster.set, now, never)
  }
  const jittered = clusterOf(2)
  record(jittered, times(3, 'server-error'), { ...policy, jitterMaxMs: 1000 })

  expect(lengths.slice(0, 3)).toEqual([30_000, 60_000, 90_000])
  expect(lengths.at(-1)).toBe(300_000)
  expect(ejectionEndMs(policy, jittered.all[0])).toBe(30_999)
})

test('an interval in peace is forgiven', () => {
  const cluster = clusterOf(2)
  const intervals = (from: number, to: number) => {
    for (let now = from; now <= to; now += 10_000) endInterval(policy, cluster.all, cluster.set, now, never)
  }
  record(cluster, times(3, 'server-error'), policy, 0)
  intervals(10_000, 30_000)
  record(cluster, times(3, 'server-error'), policy, 30_000)
  intervals(40_000, 90_000)
  intervals(100_000, 100_000)

  record(cluster, times(3, 'server-error'), policy, 100_000)

  expect(ejectionEndMs(policy, cluster.all[0]) - 100_000).toBe(60_000)
})

test('an ejected endpoint is not ejected again for answers that were under way', () => {
  const cluster = clusterOf(2)
  record(cluster, times(3, 'server-error'))

  expect(record(cluster, times(20, 'server-error'), policy, 1000)).not.toContain(true)
  expect([cluster.set.ejected, ejectionEndMs(policy, cluster.all[0])]).toEqual([1, 30_000])
})

test('no more go than the share allows; what it does not allow is counted', () => {
  const cluster = clusterOf(4)

  for (const index of [0, 1, 2, 3]) record(cluster, times(3, 'server-error'), policy, 0, index)

  expect(cluster.all.filter(({ isEjected }) => isEjected)).toHaveLength(2)
  expect(cluster.set).toMatchObject({ ejected: 2, size: 4, overflows: 2 })
  expect(cluster.set.byDetector['consecutive-5xx']).toEqual({ detected: 4, enforced: 2 })
})

test('of few endpoints none goes when the share is less than one, unless one always may', () => {
  const small = { ...policy, ejectionPercentMax: 10 }

  const kept = record(clusterOf(5), times(3, 'server-error'), small)
  const gone = record(clusterOf(5), times(3, 'server-error'), { ...small, alwaysEjectsOne: true })
  const alone = record(clusterOf(1), times(3, 'server-error'), { ...small, alwaysEjectsOne: true })

  expect([kept.at(-1), gone.at(-1), alone.at(-1)]).toEqual([false, true, false])
})
