import { expect, test } from 'vitest'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerSettings, SubsetSettings } from './balancer-settings.ts'
import { testEndpoint, testRandom } from './endpoints.fixture.ts'
import { SubsetBalancer } from './subset-balancer.ts'
import { subsetMatchOf } from './subset-match.ts'

const settings: BalancerSettings = {
  policy: { kind: 'round-robin', slowStart: undefined },
  panicPercent: 50,
  failsOnPanic: false,
  isLocalityWeighted: false,
  subsets: undefined,
}
const subsets: SubsetSettings = {
  fallback: 'none',
  defaultValues: new Map([['version', '"v1"']]),
  selectors: [
    { keys: ['version'], fallback: undefined },
    { keys: ['stage', 'version'], fallback: 'any' },
  ],
  panicAny: false,
  listAsAny: false,
}
const endpoints = [
  endpoint('a', { version: '"v1"', stage: '"prod"' }),
  endpoint('b', { version: '"v1"', stage: '"dev"' }),
  endpoint('c', { version: '"v2"', stage: '"prod"' }),
]

function endpoint(key: string, values: Record<string, string>): BalancedEndpoint {
  return testEndpoint(key, { subsetValues: new Map(Object.entries(values)) })
}

function met(more: Partial<SubsetSettings>, values: Record<string, string>, list = endpoints): string {
  const members = { endpoints: list, overprovisioningPercent: 140, weighsHealth: false, requestsActive: () => 0 }
  const balancer = new SubsetBalancer(settings, { ...subsets, ...more }, members, testRandom())
  const match = subsetMatchOf(new Map(Object.entries(values)))
  const keys = Array.from({ length: 30 }, () => balancer.pick(match, undefined, 0, 0)?.config.key ?? '-')
  return [...new Set(keys)].sort().join('')
}

test.each([
  ['endpoints with the value', {}, { version: '"v1"' }, 'ab'],
  ['endpoints with all values, in whatever order', {}, { version: '"v1"', stage: '"dev"' }, 'b'],
  ['nobody for a value that none has', {}, { version: '"v3"' }, '-'],
  ['nobody for keys of no selector', {}, { stage: '"prod"' }, '-'],
  ['nobody for a route that names nothing', {}, {}, '-'],
  ['anybody where the cluster says so', { fallback: 'any' as const }, { version: '"v3"' }, 'abc'],
  ['the default where the cluster says so', { fallback: 'default' as const }, { stage: '"x"' }, 'ab'],
  ['anybody where the selector says so', {}, { version: '"v3"', stage: '"dev"' }, 'abc'],
  ['a number is no text', {}, { version: '1' }, '-'],
])('%s', (_what, more, values, expected) => {
  expect(met(more, values)).toBe(expected)
})

test('a list matches by any of its values where that is asked for', () => {
  const list = [endpoint('a', { version: '["v1","v2"]' }), endpoint('b', { version: '"v3"' })]

  expect(met({ listAsAny: true }, { version: '"v2"' }, list)).toBe('a')
  expect(met({}, { version: '"v2"' }, list)).toBe('-')
})

test('in a panic of the default subset anybody takes it, where that is asked for', () => {
  const hurt = ['a', 'b', 'c', 'd', 'e'].map((key) =>
    testEndpoint(key, { subsetValues: new Map([['version', key < 'c' ? '"v1"' : '"v2"']]) }, { isEjected: key < 'c' }),
  )
  const fallback = 'default' as const

  expect(met({ fallback }, {}, hurt)).toBe('ab')
  expect(met({ fallback, panicAny: true }, {}, hurt)).toBe('cde')
})
