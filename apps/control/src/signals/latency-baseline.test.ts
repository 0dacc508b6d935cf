import { expect, test } from 'vitest'
import { EarlierSignals } from './earlier-signals.ts'
import { latencyBaseline } from './latency-baseline.ts'
import { observed } from './observed-requests.fixture.ts'
import { SignalCell } from './signal-cell.ts'
import { SignalStore } from './signal-store.ts'

const edge = 'svc:shop/checkout>svc:shop/payments'

/** The baseline at the end of so many minutes, in each of which every request took so long. */
function baselineAfter(minutes: readonly number[]): number | undefined {
  let now = 1_700_000_000
  const store = new SignalStore(() => now * 1000)
  const baseline = latencyBaseline(store, new EarlierSignals())
  for (const durationMs of minutes) {
    for (let second = 0; second < 60; second++) store.receive('one', [observed({ requests: 2, durationMs })], now++)
  }
  return baseline(edge)
}

const minutes = (count: number, durationMs: number) => new Array<number>(count).fill(durationMs)

test('what is slow for twenty minutes is still measured by what it was before', () => {
  expect(baselineAfter([...minutes(40, 20), ...minutes(20, 400)])).toBeLessThan(30)
})

test('what has been slow for most of the hour is slow as usual', () => {
  expect(baselineAfter([...minutes(15, 20), ...minutes(45, 400)])).toBeGreaterThan(300)
})

test('a control plane that has been up for ten minutes has a measure, and one that has seen few requests has none', () => {
  expect(baselineAfter([...minutes(5, 20), ...minutes(5, 400)])).toBeLessThan(30)
  expect(baselineAfter(minutes(3, 20))).toBeUndefined()
})

test('a control plane that has just begun measures by what is stored of the hour before, until that is over', () => {
  let now = 1_700_000_100
  const store = new SignalStore(() => now * 1000)
  const earlier = new EarlierSignals()
  const baseline = latencyBaseline(store, earlier)
  const cell = new SignalCell()
  cell.observe(observed({ requests: 120, durationMs: 20 }))
  const { reporter, source, destination, protocol } = observed({ requests: 0, durationMs: 0 })

  const before = baseline(edge)
  for (let begin = now - 1500; begin < now - 300; begin += 300) {
    earlier.put(begin, [{ reporter, source, destination, protocol, cell }])
  }
  const known = baseline(edge)
  now += 4000
  const later = baseline(edge)

  expect([before, later]).toEqual([undefined, undefined])
  expect(known).toBeLessThan(30)
  expect(earlier.size).toBe(0)
})
