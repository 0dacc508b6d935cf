import type { RequestRecord } from '@heddle/shared/api/request-record'
import { expect, test } from 'vitest'
import { RehearsalSample } from './rehearsal-sample.ts'
import { exampleRecord } from './request-record.fixture.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const ago = (ms: number, more: Partial<RequestRecord> = {}) =>
  exampleRecord({ at: new Date(now - ms).toISOString(), ...more })

/** A draw that goes through all of 0 to 1. */
function evenly(): () => number {
  let drawn = 0
  return () => (drawn = (drawn + 0.618_033_988_75) % 1)
}

/** A busy hour: ten requests a second, and something else every twenty minutes. */
function busyHour(): RehearsalSample {
  const sample = new RehearsalSample(evenly())
  for (let second = 3599; second >= 0; second--) {
    for (let each = 0; each < 5; each++) {
      sample.add(ago(second * 1000, { path: `/carts/${second}${each}`, sampleRatio: 0.5 }), now - second * 1000)
    }
    if (second % 1200 === 600) sample.add(ago(second * 1000, { path: '/settle' }), now - second * 1000)
  }
  return sample
}

const weightOf = (drawn: readonly { readonly weight: number }[]) => drawn.reduce((sum, { weight }) => sum + weight, 0)

test('what came three times in a busy hour is there three times, and all requests are stood for', () => {
  const { records, firstAt } = busyHour().since(now - 3600_000, 10_000)

  const rare = records.filter(({ record }) => record.path === '/settle')
  expect(rare.map(({ weight }) => weight)).toEqual([1, 1, 1])
  expect(weightOf(records)).toBeCloseTo(36_003, 0)
  expect(records.length).toBeLessThan(250)
  expect(now - firstAt).toBe(3599_000)
})

test('a shorter time is told by what came in it', () => {
  const { records, firstAt } = busyHour().since(now - 900_000, 10_000)

  expect(records.filter(({ record }) => record.path === '/settle')).toHaveLength(1)
  expect(Math.abs(weightOf(records) - 9_000)).toBeLessThan(1_000)
  expect(now - firstAt).toBe(900_000)
})

test('fewer records stand for the same requests, and no kind is lost', () => {
  const { records } = busyHour().since(now - 3600_000, 20)

  expect(records.length).toBeLessThanOrEqual(20)
  expect(records.some(({ record }) => record.path === '/settle')).toBe(true)
  expect(weightOf(records)).toBeCloseTo(36_003, 0)
})

test('what took long stays among what is quick', () => {
  const sample = new RehearsalSample(evenly())
  for (let each = 0; each < 5000; each++) sample.add(ago(1000, { durationMs: 4 }), now)

  sample.add(ago(500, { durationMs: 2500 }), now)

  const slow = sample.since(now - 60_000, 10_000).records.filter(({ record }) => record.durationMs > 1000)
  expect(slow.map(({ weight }) => weight)).toEqual([1])
})

test('an hour later nothing is left, and nothing is claimed about it', () => {
  const sample = busyHour()

  sample.add(exampleRecord({ at: new Date(now + 7200_000).toISOString(), path: '/new' }), now + 7200_000)

  const { records, firstAt } = sample.since(now + 3600_000, 10_000)
  expect(records.map(({ record }) => record.path)).toEqual(['/new'])
  expect(firstAt).toBe(now + 7200_000)
  expect(new RehearsalSample().since(0, 10).firstAt).toBe(Number.POSITIVE_INFINITY)
})

test('thousands of sorts of paths from one caller take no room from the other edges', () => {
  const sample = new RehearsalSample(evenly())
  const letters = (index: number) => [...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
  for (let each = 0; each < 20_000; each++) sample.add(ago(1000, { path: `/${letters(each)}/probe` }), now)

  sample.add(ago(500, { proxyId: 'cart', destination: { ...ago(0).destination, service: 'cart' } }), now)

  const { records } = sample.since(now - 60_000, 10_000)
  expect(records.length).toBeLessThan(600)
  expect(records.filter(({ record }) => record.destination.service === 'cart')).toHaveLength(1)
  expect(weightOf(records)).toBeCloseTo(20_001, 0)
})

test('a caller that tries paths and methods at random hides nothing that others ask on the same edge', () => {
  const sample = new RehearsalSample(evenly())
  const letters = (index: number) => [...String(index)].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('')
  for (let each = 0; each < 2000; each++) {
    sample.add(ago(1000, { path: `/${letters(each)}`, status: 404 }), now)
    sample.add(ago(1000, { path: '/', method: letters(each), status: 405 }), now)
  }

  sample.add(ago(500, { path: '/settle' }), now)

  const { records } = sample.since(now - 60_000, 10_000)
  const rare = records.filter(({ record }) => record.path === '/settle')
  expect(rare.map(({ weight }) => weight)).toEqual([1])
  expect(weightOf(records)).toBeCloseTo(4001, 0)
})

test('a clock that is ahead keeps no other record out', () => {
  const sample = new RehearsalSample()
  for (let day = 1; day < 100; day++) sample.add(ago(-day * 86_400_000, { path: '/ahead' }), now)

  sample.add(ago(1000, { path: '/now' }), now)

  expect(sample.since(now - 3600_000, 10_000).records.some(({ record }) => record.path === '/now')).toBe(true)
})
