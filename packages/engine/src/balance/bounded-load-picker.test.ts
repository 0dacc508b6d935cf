import { expect, test } from 'vitest'
import { BoundedLoadPicker } from './bounded-load-picker.ts'
import { testEndpoint, testRandom } from './endpoints.fixture.ts'
import { MersenneTwister } from './mersenne-twister.ts'

const endpoints = ['a', 'b', 'c', 'd'].map((key) => testEndpoint(key))
const hash = { hi: 1, lo: 2 }

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

/** A table that always says "a", and a cluster whose endpoints have so many requests under way. */
function pickerOf(active: readonly number[], factorPercent = 125, weights = [1, 1, 1, 1], total = sum(active)) {
  const all = endpoints.map((endpoint, index) => {
    endpoint.active = active[index] ?? 0
    return { endpoint, weight: weights[index] ?? 1 }
  })
  const table = { pick: () => endpoints[0] as (typeof endpoints)[number] } // there are four
  return new BoundedLoadPicker(table, all, factorPercent, () => total, testRandom())
}

const met = (active: readonly number[], factorPercent?: number, weights?: number[], total?: number) =>
  pickerOf(active, factorPercent, weights, total).pick(hash, 0, 0).config.key

test('an endpoint within its share keeps its requests', () => {
  expect(met([0, 0, 0, 0])).toBe('a')
  // (8 + 1) × 125 % = 12 slots, of which 3 are its own.
  expect(met([3, 2, 2, 1])).toBe('a')
})

test('one beyond its share gives them to another, the same one every time', () => {
  const others = Array.from({ length: 5 }, () => met([4, 1, 1, 1]))

  expect(new Set(others).size).toBe(1)
  expect(others[0]).not.toBe('a')
})

test('only one with room is chosen', () => {
  expect(met([9, 9, 0, 9], 100)).toBe('c')
})

test('a heavier endpoint has a larger share', () => {
  expect(met([6, 1, 1, 1], 125, [7, 1, 1, 1])).toBe('a')
})

test('when nobody has room the least overloaded one takes it', () => {
  // Of half the requests that each has now: more were begun elsewhere in the meantime.
  expect(met([54, 60, 55, 53], 100, undefined, 100)).toBe('d')
})

// The reference implementation's first numbers for its default seed.
test('the shuffle draws the numbers of MT19937', () => {
  const random = new MersenneTwister(5489)

  expect([random.next(), random.next(), random.next()]).toEqual([3_499_211_612, 581_869_302, 3_890_346_734])
  for (let draw = 3; draw < 9999; draw++) random.next()
  expect(random.next()).toBe(4_123_659_995)
})
