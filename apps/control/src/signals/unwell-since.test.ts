import { expect, test } from 'vitest'
import { observed } from './observed-requests.fixture.ts'
import { SignalStore } from './signal-store.ts'
import { unwellSince } from './unwell-since.ts'

const edge = 'svc:shop/checkout>svc:shop/payments'
const start = 1_700_000_000

/** A store with so many seconds of ordinary traffic, and a way to go on. */
function busyStore() {
  let now = start
  const store = new SignalStore(() => now * 1000)
  const pass = (seconds: number, durationMs: number, requests = 4) => {
    for (let second = 0; second < seconds; second++) {
      if (requests > 0) store.receive('one', [observed({ requests, durationMs })], now)
      now++
    }
    return now
  }
  pass(600, 20)
  return { store, pass }
}

const baseline = () => 25

test('the beginning is found in what is kept, to a few seconds, and to the same when it is asked for again', () => {
  const { store, pass } = busyStore()
  const began = pass(0, 0)
  pass(240, 400)
  const since = unwellSince(store, baseline)

  const first = since(edge, 'fail')
  pass(60, 400)

  expect(Math.abs((first ?? 0) - began)).toBeLessThanOrEqual(5)
  expect(since(edge, 'warn')).toBe(first)
})

test('a beginning that is older than the seconds that are kept is found in the steps of five', () => {
  const { store, pass } = busyStore()
  const began = pass(0, 0)
  pass(1500, 400)

  const since = unwellSince(store, baseline)(edge, 'fail')

  expect(Math.abs((since ?? 0) - began)).toBeLessThanOrEqual(5)
})

test('what was well in between begins anew, and what is well has no beginning', () => {
  const { store, pass } = busyStore()
  const since = unwellSince(store, baseline)
  pass(60, 400)
  const first = since(edge, 'fail') ?? 0
  pass(60, 20)

  const between = since(edge, 'ok')
  pass(60, 400)

  expect(between).toBeUndefined()
  expect(since(edge, 'fail')).toBeGreaterThan(first + 60)
})

test('a pause of few requests is no recovery', () => {
  const { store, pass } = busyStore()
  const began = pass(0, 0)
  pass(60, 400)
  pass(30, 400, 1)
  pass(60, 400)

  const since = unwellSince(store, baseline)(edge, 'fail')

  expect(Math.abs((since ?? 0) - began)).toBeLessThanOrEqual(5)
})
