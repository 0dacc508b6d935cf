import { expect, test } from 'vitest'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import { Balancer } from './balancer.ts'
import type { BalancerSettings } from './balancer-settings.ts'
import { testEndpoint, testMembers, testRandom, testSettings } from './endpoints.fixture.ts'
import { recordLatency } from './record-latency.ts'
import { RetryPriority } from './retry-priority.ts'

const hashing = { usesHostname: false, balanceFactorPercent: undefined }
const leastRequest = { kind: 'least-request', choices: 2, activeBias: 1, slowStart: undefined } as const

function balancerOf(endpoints: readonly BalancedEndpoint[], more: Partial<BalancerSettings> = {}) {
  return new Balancer({ ...testSettings, ...more }, testMembers(endpoints), testRandom())
}

/** How many of so many picks met each endpoint. */
function shares(balancer: Balancer<BalancedEndpoint>, picks: number, nowMs = 0): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let pick = 0; pick < picks; pick++) {
    const key = balancer.pick(undefined, 0, nowMs)?.config.key ?? 'nobody'
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

test('round robin gives everybody the same, one after the other', () => {
  const balancer = balancerOf(['a', 'b', 'c'].map((key) => testEndpoint(key)))

  const picked = Array.from({ length: 6 }, () => balancer.pick(undefined, 0, 0)?.config.key)

  expect(picked.slice(0, 3)).toEqual(picked.slice(3))
  expect(new Set(picked).size).toBe(3)
})

test('round robin keeps weights to the turn', () => {
  const balancer = balancerOf([testEndpoint('a', { weight: 5 }), testEndpoint('b', { weight: 3 }), testEndpoint('c')])

  const counts = shares(balancer, 900)

  expect(counts.a).toBeGreaterThanOrEqual(499)
  expect(counts.a).toBeLessThanOrEqual(501)
  expect(counts.b).toBeGreaterThanOrEqual(299)
  expect(counts.b).toBeLessThanOrEqual(301)
})

test('least request that looks at everybody goes to the least busy, and to all of those alike', () => {
  const endpoints = ['a', 'b', 'c', 'd'].map((key) => testEndpoint(key, {}, { active: key < 'c' ? 1 : 9 }))
  const balancer = balancerOf(endpoints, { policy: { ...leastRequest, choices: 'all' } })

  const { a = 0, b = 0, c = 0, d = 0 } = shares(balancer, 1000)

  expect([c, d]).toEqual([0, 0])
  expect(Math.min(a, b)).toBeGreaterThan(400)
})

test('least request goes to the less busy of two, and to a busy one only when both draws met it', () => {
  const busy = testEndpoint('busy', {}, { active: 50 })
  const balancer = balancerOf([busy, testEndpoint('free')], { policy: leastRequest })

  const { busy: met = 0 } = shares(balancer, 4000)

  expect(met / 4000).toBeGreaterThan(0.2)
  expect(met / 4000).toBeLessThan(0.3)
})

test('least request with weights counts the requests under way against them', () => {
  const heavy = testEndpoint('heavy', { weight: 3 }, { active: 2 })
  const balancer = balancerOf([heavy, testEndpoint('light')], { policy: leastRequest })
  const unbiased = balancerOf([heavy, testEndpoint('light')], { policy: { ...leastRequest, activeBias: 0 } })

  expect(shares(balancer, 1000).heavy).toBeCloseTo(500, -1)
  expect(shares(unbiased, 1000).heavy).toBeCloseTo(750, -1)
})

test('random meets everybody', () => {
  const counts = shares(
    balancerOf(
      ['a', 'b'].map((key) => testEndpoint(key)),
      { policy: { kind: 'random' } },
    ),
    2000,
  )

  expect(counts.a).toBeGreaterThan(900)
  expect(counts.a).toBeLessThan(1100)
})

test('peak EWMA avoids a slow endpoint at once, and asks it again when its past has faded', () => {
  const policy = { kind: 'peak-ewma', decayMs: 10_000, defaultMs: 10 } as const
  const slow = testEndpoint('slow')
  const fast = testEndpoint('fast')
  const balancer = balancerOf([slow, fast], { policy })
  recordLatency(fast, 10, 10_000, 1000)
  recordLatency(slow, 10, 10_000, 1000)

  recordLatency(slow, 500, 10_000, 2000)
  const after = shares(balancer, 100, 2000)
  recordLatency(fast, 10, 10_000, 62_000)
  const later = shares(balancer, 100, 62_000)

  expect(after).toEqual({ fast: 100 })
  expect(later.slow).toBe(100)
})

test('an average falls little by little', () => {
  const record = { ewmaMs: 0, ewmaAtMs: 0 }

  recordLatency(record, 100, 10_000, 0.001)
  recordLatency(record, 0, 10_000, 10_000)

  expect(record.ewmaMs).toBeCloseTo(100 / Math.E, 0)
})

test('unhealthy, ejected and draining endpoints take nothing', () => {
  const balancer = balancerOf(
    [
      testEndpoint('well'),
      testEndpoint('well too'),
      testEndpoint('told', { health: 'unhealthy' }),
      testEndpoint('draining', { health: 'draining' }),
      testEndpoint('ejected', {}, { isEjected: true }),
    ],
    { panicPercent: 20 },
  )

  expect(Object.keys(shares(balancer, 100)).sort()).toEqual(['well', 'well too'])
})

test('below the panic threshold everybody but the draining takes traffic, or nobody where that is asked for', () => {
  const endpoints = [
    testEndpoint('well'),
    testEndpoint('b', { health: 'unhealthy' }),
    testEndpoint('c', {}, { isEjected: true }),
    testEndpoint('draining', { health: 'draining' }),
  ]

  expect(Object.keys(shares(balancerOf(endpoints), 100)).sort()).toEqual(['b', 'c', 'well'])
  expect(shares(balancerOf(endpoints, { failsOnPanic: true }), 10)).toEqual({ nobody: 10 })
  expect(shares(balancerOf(endpoints, { panicPercent: 0 }), 10)).toEqual({ well: 10 })
})

test('the next priority takes what the first cannot, beyond its reserve', () => {
  const first = Array.from({ length: 10 }, (_, index) => testEndpoint(`first ${index}`, {}, { isEjected: index < 5 }))
  const second = testEndpoint('second', { priority: 1 })

  const { second: spilled = 0 } = shares(balancerOf([...first, second]), 10_000)

  expect(spilled / 10_000).toBeGreaterThan(0.27)
  expect(spilled / 10_000).toBeLessThan(0.33)
})

test('degraded endpoints are used when healthy ones cannot take all', () => {
  const balancer = balancerOf([
    testEndpoint('well'),
    testEndpoint('tired', {}, { checked: 'degraded' }),
    testEndpoint('gone', {}, { checked: 'unhealthy' }),
    testEndpoint('gone too', {}, { checked: 'unhealthy' }),
  ])

  const { tired = 0, well = 0 } = shares(balancer, 10_000)

  // 1.4 × 25 % each, scaled up to 100 %.
  expect(well / 10_000).toBeCloseTo(0.5, 1)
  expect(tired / 10_000).toBeCloseTo(0.5, 1)
})

test('localities share by their weights, and one that loses endpoints beyond its reserve gets less', () => {
  const members = (locality: string, localityWeight: number, unhealthy: number) =>
    Array.from({ length: 10 }, (_, index) =>
      testEndpoint(`${locality} ${index}`, { locality, localityWeight }, { isEjected: index < unhealthy }),
    )
  const byLocality = (counts: Record<string, number>) =>
    Object.entries(counts).reduce((sum, [key, count]) => sum + (key.startsWith('x') ? count : 0), 0)
  const weighted = { isLocalityWeighted: true, panicPercent: 10 }

  const whole = balancerOf([...members('x', 1, 0), ...members('y', 2, 0)], weighted)
  const hurt = balancerOf([...members('x', 1, 5), ...members('y', 2, 0)], weighted)

  expect(byLocality(shares(whole, 3000))).toBeCloseTo(1000, -1)
  // 0.7 of its weight is left: 0.7 / 2.7.
  expect(byLocality(shares(hurt, 2700))).toBeCloseTo(700, -1)
})

test('a new endpoint gets its share little by little', () => {
  const policy = { kind: 'round-robin', slowStart: { windowMs: 10_000, aggression: 1, weightMin: 0.1 } } as const
  const fresh = testEndpoint('fresh', {}, { startedMs: 0 })
  const balancer = balancerOf([testEndpoint('old'), fresh], { policy })

  const atFirst = shares(balancer, 1100, 1)
  const half = shares(balancer, 1500, 5000)
  const whole = shares(balancer, 1000, 10_000)

  expect(atFirst.fresh).toBeCloseTo(100, -1)
  expect(half.fresh).toBeCloseTo(500, -1.3)
  expect(whole.fresh).toBeCloseTo(500, -1)
})

test('a change of health counts from the next pick', () => {
  const endpoint = testEndpoint('a')
  const balancer = balancerOf([endpoint, testEndpoint('b')], { panicPercent: 0 })
  balancer.pick(undefined, 0, 0)

  endpoint.isEjected = true
  balancer.invalidate()

  expect(shares(balancer, 20)).toEqual({ b: 20 })
})

const ringHash = { kind: 'ring-hash', sizeMin: 1024, sizeMax: 8_388_608, hashFunction: 'xx-hash', hashing } as const
const maglev = { kind: 'maglev', tableSize: 65_537, hashing } as const

test.each([ringHash, maglev])('by $kind the hash decides about the priority too, whoever steers', (policy) => {
  const balancer = balancerOf([testEndpoint('a'), testEndpoint('b', { priority: 1 })], { policy })
  const retry = new RetryPriority<BalancedEndpoint>(1)
  retry.attempt(testEndpoint('a'))

  const picked = [retry, { priority: 1, isDegraded: false }].map(
    (steering) => balancer.pick({ hi: 1, lo: 2 }, 0, 0, steering)?.config.key,
  )

  expect(picked).toEqual(['a', 'a'])
})

test.each([
  ['round robin', testSettings.policy],
  ['least request', leastRequest],
  ['ring hash', ringHash],
  ['Maglev', maglev],
  ['peak EWMA', { kind: 'peak-ewma', decayMs: 10_000, defaultMs: 10 }],
] as const)('a pick of %s looks at no more of 5,000 endpoints than of 50', (_name, policy) => {
  const looksOf = (count: number) => {
    let looks = 0
    const endpoints = Array.from({ length: count }, (_, index) => {
      const { config, ...state } = testEndpoint(`10.0.${index >> 8}.${index & 255}:80`, { weight: 1 + (index % 3) })
      const counted = { ...config }
      return Object.defineProperty({ ...state, config: counted }, 'config', {
        get() {
          looks++
          return counted
        },
      })
    })
    const balancer = balancerOf(endpoints, { policy })
    balancer.pick(undefined, 0, 0)
    looks = 0
    for (let pick = 0; pick < 1000; pick++) balancer.pick({ hi: pick * 7919, lo: pick }, 0, 0)
    return looks / 1000
  }

  expect(looksOf(5000)).toBeLessThanOrEqual(looksOf(50) * 1.1 + 0.01)
})
