import { expect, test } from 'vitest'
import { type EndpointRecord, type OutlierPolicy, recordOutcome, type TryOutcome } from './record-outcome.ts'

const policy: OutlierPolicy = {
  consecutive5xx: 3,
  consecutiveGatewayFailure: 0,
  consecutiveLocalOriginFailure: 5,
  splitExternalLocalOrigin: false,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  ejectionMaxMs: 300_000,
  ejectionPercentMax: 50,
  enforcing5xxPercent: 100,
  enforcingGatewayPercent: 0,
}

function endpoints(count: number): [EndpointRecord, ...EndpointRecord[]] {
  return Array.from({ length: count }, () => ({
    consecutive5xx: 0,
    consecutiveGateway: 0,
    consecutiveLocal: 0,
    ejectedUntilMs: 0,
    ejections: 0,
  })) as [EndpointRecord, ...EndpointRecord[]] // count is at least 1
}

function fail(all: readonly EndpointRecord[], endpoint: EndpointRecord, nowMs: number, outcome: TryOutcome, times = 3) {
  let isEjected = false
  for (let time = 0; time < times; time++) isEjected = recordOutcome(policy, endpoint, outcome, all, nowMs) || isEjected
  return isEjected
}

test('consecutive server errors eject, and one success in between starts the count anew', () => {
  const all = endpoints(2)
  const outcomes: TryOutcome[] = ['server-error', 'server-error', 'ok', 'server-error', 'server-error', 'server-error']

  const results = outcomes.map((outcome) => recordOutcome(policy, all[0], outcome, all, 1000))

  expect(results).toEqual([false, false, false, false, false, true])
  expect(all[0].ejectedUntilMs).toBe(31_000)
})

test('a failure without an answer counts as a gateway error, and as a server error', () => {
  const all = endpoints(2)

  expect(fail(all, all[0], 0, 'local-failure')).toBe(true)
})

test('split detection does not let failures to connect count as answers', () => {
  const all = endpoints(2)
  const split = { ...policy, splitExternalLocalOrigin: true }

  const results = Array.from({ length: 5 }, () => recordOutcome(split, all[0], 'local-failure', all, 0))

  expect(results).toEqual([false, false, false, false, true])
})

test('gateway errors have their own detector, which another server error resets', () => {
  const all = endpoints(2)
  const gateway = { ...policy, consecutive5xx: 0, consecutiveGatewayFailure: 2, enforcingGatewayPercent: 100 }
  const outcomes: TryOutcome[] = ['gateway-error', 'server-error', 'gateway-error', 'gateway-error']

  const results = outcomes.map((outcome) => recordOutcome(gateway, all[0], outcome, all, 0))

  expect(results).toEqual([false, false, false, true])
})

test('a detector that enforces 0 % ejects nobody', () => {
  const all = endpoints(2)
  const watching = { ...policy, enforcing5xxPercent: 0 }

  const results = Array.from({ length: 20 }, () => recordOutcome(watching, all[0], 'server-error', all, 0))

  expect(results).not.toContain(true)
})

test('each ejection lasts longer, up to the longest', () => {
  const all = endpoints(2)
  const lengths: number[] = []

  for (let now = 0, time = 0; time < 12; time++) {
    fail(all, all[0], now, 'server-error')
    lengths.push(all[0].ejectedUntilMs - now)
    now = all[0].ejectedUntilMs
  }

  expect(lengths.slice(0, 3)).toEqual([30_000, 60_000, 90_000])
  expect(lengths.at(-1)).toBe(300_000)
})

test('good intervals are forgiven one by one', () => {
  const all = endpoints(2)
  fail(all, all[0], 0, 'server-error')
  fail(all, all[0], 30_000, 'server-error')

  fail(all, all[0], 90_000 + 10_000, 'server-error')

  expect(all[0].ejectedUntilMs - 100_000).toBe(60_000)
})

test('an ejected endpoint is not ejected again for answers that were under way', () => {
  const all = endpoints(2)
  fail(all, all[0], 0, 'server-error')

  expect(fail(all, all[0], 1000, 'server-error', 20)).toBe(false)
  expect(all[0].ejectedUntilMs).toBe(30_000)
})

test('no more go than the share allows, and the last never does', () => {
  const all = endpoints(4)

  const ejected = all.map((endpoint) => fail(all, endpoint, 0, 'server-error', 10))
  const alone = endpoints(1)

  expect(ejected.filter(Boolean)).toHaveLength(2)
  expect(fail(alone, alone[0], 0, 'server-error', 20)).toBe(false)
})

test('one endpoint of few may go although the share is less than one', () => {
  const all = endpoints(5)

  const ejected = all.map((endpoint) => {
    let isEjected = false
    for (let time = 0; time < 3; time++) {
      isEjected = recordOutcome({ ...policy, ejectionPercentMax: 10 }, endpoint, 'server-error', all, 0) || isEjected
    }
    return isEjected
  })

  expect(ejected.filter(Boolean)).toHaveLength(1)
})
