import { expect, test } from 'vitest'
import { FloodGuard } from './flood-guard.ts'

test('a client that resets every stream is stopped after 500, one that resets a few is not', () => {
  const rapid = new FloodGuard(100, () => 0)
  let streams = 0
  let isStopped = false
  while (!isStopped && streams < 1000) {
    streams++
    rapid.onStream()
    isStopped = rapid.onReset(true)
  }
  const ordinary = new FloodGuard(100, () => 0)
  const answers: boolean[] = []
  for (let stream = 0; stream < 2000; stream++) {
    ordinary.onStream()
    if (stream % 3 === 0) answers.push(ordinary.onReset(true))
  }

  expect(streams).toBe(501)
  expect(answers).not.toContain(true)
})

test('resets that few streams bring about are stopped after 500 too', () => {
  const guard = new FloodGuard(100, () => 0)
  guard.onStream()
  let resets = 1
  while (resets < 1000 && !guard.onReset(true)) resets++

  expect(resets).toBe(501)
})

test('as many streams as are allowed at once may begin in one turn, and not one more', () => {
  const guard = new FloodGuard(300, () => 0)
  let streams = 1
  while (!guard.onStream()) streams++

  expect(streams).toBe(301)
})

test('a second later resets are counted anew', () => {
  let now = 0
  const guard = new FloodGuard(100, () => now)
  for (let stream = 0; stream < 600; stream++) {
    guard.onStream()
    if (stream < 290) guard.onReset(true)
  }

  now = 1000
  for (let stream = 0; stream < 10; stream++) guard.onStream()

  expect(guard.onReset(true)).toBe(false)
})

test('resets at a pace that no second notices are noticed by their share', () => {
  let now = 0
  const guard = new FloodGuard(100, () => now)
  let streams = 0
  let isStopped = false
  while (!isStopped && streams < 5000) {
    if (streams % 50 === 0) now += 1000
    streams++
    guard.onStream()
    isStopped = guard.onReset(true)
  }

  expect(streams).toBe(501)
})

test('a client that gives up all its calls, each after a while, is not stopped', () => {
  let now = 0
  const guard = new FloodGuard(100, () => now)
  const answers: boolean[] = []
  for (let stream = 0; stream < 5000; stream++) {
    if (stream % 50 === 0) now += 1000
    guard.onStream()
    answers.push(guard.onReset(false))
  }

  expect(answers).not.toContain(true)
})

test('calls that are given up in a quiet second do not end a connection that has made many', () => {
  let now = 0
  const guard = new FloodGuard(100, () => now)
  for (let stream = 0; stream < 10_000; stream++) guard.onStream()

  now = 5000
  const answers = Array.from({ length: 100 }, () => guard.onReset(true))

  expect(answers).not.toContain(true)
})

test.each([
  [1000, 1001],
  [2 ** 31 - 1, 2001],
])('where %i streams may be open, all of them may be given up at once, up to 2000', (streamsMax, expected) => {
  const guard = new FloodGuard(streamsMax, () => 0)
  let resets = 1
  while (!guard.onReset(true)) resets++

  expect(resets).toBe(expected)
})

test.each([
  ['SETTINGS and PING: 200 a second', (guard: FloodGuard) => guard.onControl(0), 201],
  ['empty frames: 10 in a row', (guard: FloodGuard) => guard.onEmpty(), 11],
  ['PRIORITY: 100 for each stream', (guard: FloodGuard) => guard.onPriority(), 101],
  ['WINDOW_UPDATE of somebody who gets nothing', (guard: FloodGuard) => guard.onWindowUpdate(0), 6],
])('%s', (_what, count, expected) => {
  const guard = new FloodGuard(100, () => 0)
  let calls = 1
  while (!count(guard)) calls++

  expect(calls).toBe(expected)
})
