import { expect, test } from 'vitest'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { SubsetSelector, SubsetSettings } from './balancer-settings.ts'
import { testEndpoint, testMembers, testRandom, testSettings } from './endpoints.fixture.ts'
import { SubsetBalancer } from './subset-balancer.ts'
import { subsetMatchOf } from './subset-match.ts'

const subsets: SubsetSettings = {
  fallback: 'none',
  defaultValues: new Map([['version', '"v1"']]),
  selectors: [selector(['version']), selector(['stage', 'version'], { fallback: 'any' })],
  panicAny: false,
  listAsAny: false,
  localityWeights: 'ignored',
  usesFallbackList: false,
  allowsRedundantKeys: false,
}
const endpoints = [
  endpoint('a', { version: '"v1"', stage: '"prod"' }),
  endpoint('b', { version: '"v1"', stage: '"dev"' }),
  endpoint('c', { version: '"v2"', stage: '"prod"' }),
]

function selector(keys: readonly string[], more: Partial<SubsetSelector> = {}): SubsetSelector {
  return { keys, keySet: new Set(keys), fallback: undefined, fallbackKeys: new Set(), isSingle: false, ...more }
}

function endpoint(key: string, values: Record<string, string>): BalancedEndpoint {
  return testEndpoint(key, { subsetValues: new Map(Object.entries(values)) })
}

function balancerOf(more: Partial<SubsetSettings>, list: readonly BalancedEndpoint[], isLocalityWeighted = false) {
  return new SubsetBalancer(
    { ...testSettings, isLocalityWeighted },
    { ...subsets, ...more },
    testMembers(list),
    testRandom(),
  )
}

function met(more: Partial<SubsetSettings>, values: Record<string, string>, list = endpoints): string {
  const balancer = balancerOf(more, list)
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

test('a list in the default counts by any of its values too', () => {
  const list = [endpoint('a', { version: '["v0","v1"]' }), endpoint('b', { version: '"v3"' })]

  expect(met({ fallback: 'default', listAsAny: true }, {}, list)).toBe('a')
})

test('a panic of the default subset is its own; only one that finds nobody asks everybody, where that is asked for', () => {
  const hurt = ['a', 'b', 'c', 'd', 'e'].map((key) =>
    testEndpoint(key, { subsetValues: new Map([['version', key < 'c' ? '"v1"' : '"v2"']]) }, { isEjected: key < 'c' }),
  )
  const panics = { fallback: 'default', panicAny: true } as const
  const nobody = { ...panics, defaultValues: new Map([['version', '"v9"']]) }

  expect(met(panics, {}, hurt)).toBe('ab')
  expect(met(nobody, {}, hurt)).toBe('cde')
  expect(met({ ...nobody, panicAny: false }, {}, hurt)).toBe('-')
})

test.each([
  ['fewer keys find somebody', { version: '"v2"', stage: '"dev"' }, 'c'],
  ['fewer keys find nobody, and have no fallback of their own', { version: '"v3"', stage: '"dev"' }, '-'],
])('a selector that falls back to some of its keys: %s', (_what, values, expected) => {
  const fewer = selector(['stage', 'version'], { fallback: 'keys', fallbackKeys: new Set(['version']) })

  expect(met({ selectors: [fewer, selector(['version'])] }, values)).toBe(expected)
})

test('a subset of a single endpoint is the first one of the first priority, well or not', () => {
  const subsetValues = new Map([['version', '"v1"']])
  const list = [
    testEndpoint('a', { subsetValues, priority: 1 }),
    testEndpoint('b', { subsetValues }, { isEjected: true }),
    testEndpoint('c', { subsetValues }),
  ]

  expect(met({ selectors: [selector(['version'], { isSingle: true })] }, { version: '"v1"' }, list)).toBe('b')
})

test.each([
  ['the first that somebody has', '[{"stage":"test"},{"stage":"dev"},{"stage":"prod"}]', 'b'],
  ['nobody, when none has any', '[{"stage":"test"}]', '-'],
  ['what the route asks for besides, when it is empty', '[]', 'ab'],
  ['its values instead of those of the route', '[{"version":"v2"}]', 'c'],
])('a list of alternatives: %s', (_what, list, expected) => {
  const more = { usesFallbackList: true, selectors: [selector(['version']), selector(['stage', 'version'])] }

  expect(met(more, { version: '"v1"', fallback_list: list })).toBe(expected)
})

test('keys that no selector has make a route match nothing, unless they may be redundant', () => {
  const asked = { version: '"v2"', colour: '"red"' }

  expect(met({}, asked)).toBe('-')
  expect(met({ allowsRedundantKeys: true }, asked)).toBe('c')
})

test.each([
  ['ignored', 0.45, 0.55],
  ['kept', 0.22, 0.28],
  // Of y's two endpoints one is left: 1 beside 1.5, which is 2.
  ['scaled', 0.3, 0.36],
] as const)('weights of localities within a subset: %s', (localityWeights, least, most) => {
  const place = (key: string, locality: string, localityWeight: number, version: string) =>
    testEndpoint(key, { locality, localityWeight, subsetValues: new Map([['version', version]]) })
  const list = [place('a', 'x', 1, '"v1"'), place('b', 'y', 3, '"v1"'), place('c', 'y', 3, '"v2"')]
  const balancer = balancerOf({ localityWeights }, list, true)
  const match = subsetMatchOf(new Map([['version', '"v1"']]))

  const picked = Array.from({ length: 1000 }, () => balancer.pick(match, undefined, 0, 0)?.config.key)

  const share = picked.filter((key) => key === 'a').length / 1000
  expect(share).toBeGreaterThanOrEqual(least)
  expect(share).toBeLessThanOrEqual(most)
})
