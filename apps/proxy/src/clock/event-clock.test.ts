import assert from 'node:assert/strict'
import { afterEach, test } from 'vitest'
import { beginEvent, endEvent, nowMs, wallMs } from './event-clock.ts'

afterEach(() => endEvent())

function untilTimePasses(): void {
  const before = performance.now()
  while (performance.now() === before);
}

test('what is done for one arrival of bytes is done at one time', () => {
  beginEvent()
  const first = nowMs()
  untilTimePasses()
  assert.equal(nowMs(), first)
  beginEvent()
  assert.ok(nowMs() > first)
})

test('outside of it the clock goes on', () => {
  const first = nowMs()
  untilTimePasses()
  assert.ok(nowMs() > first)
})

test('the time of day is whole milliseconds, and the system’s', () => {
  const before = Date.now()
  const told = wallMs()
  assert.ok(Number.isInteger(told))
  assert.ok(told >= before - 1 && told <= Date.now() + 1)
})
