import { expect, test } from 'vitest'
import { ClientWeightedPicker } from './client-weighted-picker.ts'
import { testEndpoint, testRandom } from './endpoints.fixture.ts'
import { type ClientWeighted, type ReportedLoad, takeReport } from './reported-load.ts'

const policy: ClientWeighted = {
  kind: 'client-weighted',
  blackoutMs: 100,
  expirationMs: 1000,
  updateMs: 50,
  errorPenalty: 1,
  metrics: [],
}
const report = (use: number, requests = 100, errors = 0) =>
  new Map([
    ['cpu_utilization', use],
    ['rps_fractional', requests],
    ['eps', errors],
  ])

/** How often each of three was picked, of so many picks at a time. */
function shares(loads: readonly (ReportedLoad | undefined)[], nowMs: number, picks = 100): number[] {
  const endpoints = loads.map((reported, index) => testEndpoint(String(index), {}, { reported }))
  const picker = new ClientWeightedPicker(endpoints, policy, testRandom(), nowMs)
  const counts = loads.map(() => 0)
  for (let pick = 0; pick < picks; pick++) {
    const key = Number(picker.pick(undefined, 0, nowMs).config.key)
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

const old = (weight: number): ReportedLoad => ({ weight, sinceMs: 0, atMs: 500 })

test('turns are in proportion to what endpoints report', () => {
  expect(shares([old(300), old(100)], 600)).toEqual([75, 25])
})

test('one that has said nothing has the median of the others', () => {
  expect(shares([old(100), old(300), undefined], 600, 60)).toEqual([10, 30, 20])
})

test.each<[string, ReportedLoad]>([
  ['has not reported for long enough', { weight: 900, sinceMs: 550, atMs: 590 }],
  ['has not reported for too long', { weight: 900, sinceMs: -2000, atMs: -500 }],
])('one that %s counts as one that has said nothing', (_why, load) => {
  expect(shares([old(100), old(100), load], 600, 60)).toEqual([20, 20, 20])
})

test('without any report all count the same', () => {
  expect(shares([undefined, undefined], 0)).toEqual([50, 50])
})

test('weights that have changed count when their period is over', () => {
  const load = old(100)
  const endpoints = [load, old(100)].map((reported, index) => testEndpoint(String(index), {}, { reported }))
  const picker = new ClientWeightedPicker(endpoints, policy, testRandom(), 600)
  const firsts = (nowMs: number) =>
    Array.from({ length: 100 }, () => picker.pick(undefined, 0, nowMs)).filter((each) => each === endpoints[0]).length

  load.weight = 900

  expect(firsts(640)).toBe(50)
  expect(firsts(650)).toBeGreaterThanOrEqual(89)
})

test('a weight is requests a second by use, and errors are use', () => {
  expect(takeReport(undefined, report(0.5), policy, 0)?.weight).toBe(200)
  expect(takeReport(undefined, report(0.5, 100, 50), policy, 0)?.weight).toBe(100)
  expect(takeReport(undefined, report(0.9, 0.1), policy, 0)?.weight).toBe(1)
  expect(takeReport(undefined, report(1e-300, 1e300), policy, 0)?.weight).toBe(2 ** 32 - 1)
})

test('a report of no requests, or of no use, changes nothing', () => {
  const before = old(7)

  expect(takeReport(before, report(0.5, 0), policy, 900)).toEqual(old(7))
  expect(takeReport(before, report(0), policy, 900)).toEqual(old(7))
})

test('who was silent for too long begins anew', () => {
  const load = takeReport(takeReport(undefined, report(0.5), policy, 0), report(0.5), policy, 900)

  expect(load).toMatchObject({ sinceMs: 0, atMs: 900 })
  expect(takeReport(load, report(0.5), policy, 2000)).toMatchObject({ sinceMs: 2000, atMs: 2000 })
})
