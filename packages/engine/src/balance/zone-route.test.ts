import { expect, test } from 'vitest'
import { newBalanceCounts } from './balance-counts.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import { Balancer } from './balancer.ts'
import type { BalancerSettings } from './balancer-settings.ts'
import { testEndpoint, testRandom } from './endpoints.fixture.ts'
import { assignedWeight } from './locality-weights.ts'
import { zoneRoute } from './zone-route.ts'

/** "near near far": so many endpoints there; a "!" in front is one that is not well. */
function endpointsOf(text: string): BalancedEndpoint[] {
  return text.split(' ').map((word, index) => {
    const locality = word.replace('!', '')
    return testEndpoint(`${locality}-${index}`, { locality }, { isEjected: word.startsWith('!') })
  })
}

const routeOf = (local: string, endpoints: string, clusterSizeMin = 1) =>
  zoneRoute({ locality: 'near', endpoints: endpointsOf(local) }, endpointsOf(endpoints), clusterSizeMin)

test.each([
  ['there is one locality', 'near far', 'near near'],
  ['all who send are in one locality', 'near near', 'near far'],
  ['nobody of the own cluster is here', 'far third', 'near far'],
])('nothing is kept near when %s', (_what, local, endpoints) => {
  expect(routeOf(local, endpoints)).toBeUndefined()
})

test('nothing is kept near in a cluster that has too few healthy endpoints', () => {
  expect(routeOf('near far', 'near far !far', 3)).toBeUndefined()
  expect(routeOf('near far', 'near far far', 3)).toBeDefined()
})

test('everything stays where the share of endpoints is that of those who send, or more', () => {
  expect(routeOf('near far', 'near far')).toEqual({ localities: ['near', 'far'], staying: 10_000, room: [] })
  expect(routeOf('near far far', 'near far')?.staying).toBe(10_000)
})

// The example in Envoy's documentation of its rule: 40, 40, 20 % send to 25, 50, 25 %.
test('what is too much goes elsewhere in proportion to the room there', () => {
  const route = routeOf('near near far far third', 'near far far third')

  expect(route).toEqual({ localities: ['near', 'far', 'third'], staying: 6250, room: [0, 1000, 1500] })
})

test('those who are not well count on neither side', () => {
  const route = routeOf('near far !far', 'near !near far')

  expect(route).toEqual({ localities: ['near', 'far'], staying: 10_000, room: [] })
})

const settings: BalancerSettings = {
  policy: { kind: 'random' },
  panicPercent: 50,
  failsOnPanic: false,
  isLocalityWeighted: false,
  zoneAware: { enabledPercent: 100, clusterSizeMin: 1 },
  subsets: undefined,
}

function shareNear(more: Partial<BalancerSettings>, local: string, endpoints: string): number {
  const members = {
    endpoints: endpointsOf(endpoints),
    overprovisioningPercent: 140,
    weighsHealth: false,
    requestsActive: () => 0,
    counts: newBalanceCounts(),
    localityWeight: assignedWeight,
    local: () => ({ locality: 'near', endpoints: endpointsOf(local) }),
  }
  const balancer = new Balancer({ ...settings, ...more }, members, testRandom())
  const picked = Array.from({ length: 2000 }, () => balancer.pick(undefined, 0, 0)?.config.locality)
  return picked.filter((locality) => locality === 'near').length / 2000
}

test('picks keep to the route', () => {
  expect(shareNear({}, 'near far', 'near far')).toBe(1)
  expect(shareNear({}, 'near near far far third', 'near far far third')).toBeCloseTo(0.625, 1)
})

test('only so many picks keep near as are enabled', () => {
  expect(shareNear({ zoneAware: { enabledPercent: 0, clusterSizeMin: 1 } }, 'near far', 'near far')).toBeCloseTo(0.5, 1)
  expect(shareNear({ zoneAware: { enabledPercent: 50, clusterSizeMin: 1 } }, 'near far', 'near far')).toBeCloseTo(
    0.75,
    1,
  )
})

test('in a panic of the own cluster nobody knows who sends: everybody is asked, or nobody', () => {
  expect(shareNear({}, 'near !far !far', 'near far')).toBeCloseTo(0.5, 1)
  expect(shareNear({ failsOnPanic: true }, 'near !far !far', 'near far')).toBe(0)
})
