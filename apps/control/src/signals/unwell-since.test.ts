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

  const first = since(edge, 'fail', 'latency')
  pass(60, 400)

  expect(Math.abs((first ?? 0) - began)).toBeLessThanOrEqual(5)
  expect(since(edge, 'warn', 'latency')).toBe(first)
})

test('a beginning that is older than the seconds that are kept is found in the steps of five', () => {
  const { store, pass } = busyStore()
  const began = pass(0, 0)
  pass(1500, 400)

  const since = unwellSince(store, baseline)(edge, 'fail', 'latency')

  expect(Math.abs((since ?? 0) - began)).toBeLessThanOrEqual(5)
})

test('what was well in between begins anew, and what is well has no beginning', () => {
  const { store, pass } = busyStore()
  const since = unwellSince(store, baseline)
  pass(60, 400)
  const first = since(edge, 'fail', 'latency') ?? 0
  pass(60, 20)

  const between = since(edge, 'ok', 'latency')
  pass(60, 400)

  expect(between).toBeUndefined()
  expect(since(edge, 'fail', 'latency')).toBeGreaterThan(first + 60)
})

test('a pause of few requests is no recovery', () => {
  const { store, pass } = busyStore()
  const began = pass(0, 0)
  pass(60, 400)
  pass(30, 400, 1)
  pass(60, 400)

  const since = unwellSince(store, baseline)(edge, 'fail', 'latency')

  expect(Math.abs((since ?? 0) - began)).toBeLessThanOrEqual(5)
})

test('what was slow and now fails has failed since it began to', () => {
  const { store, pass } = busyStore()
  pass(120, 400)
  const began = pass(0, 0)
  const fail = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      store.receive('one', [observed({ requests: 4, durationMs: 400, status: 503 })], pass(0, 0))
      pass(1, 400)
    }
  }
  const since = unwellSince(store, baseline)
  const slow = since(edge, 'fail', 'latency') ?? 0
  fail(60)

  const failing = since(edge, 'fail', 'errors') ?? 0

  expect(Math.abs(slow - (began - 120))).toBeLessThanOrEqual(5)
  expect(Math.abs(failing - began)).toBeLessThanOrEqual(10)
})
