import { newBalanceCounts } from './balance-counts.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerSettings } from './balancer-settings.ts'
import { assignedWeight } from './locality-weights.ts'

type Config = BalancedEndpoint['config']
type Mutable = { -readonly [Key in keyof BalancedEndpoint]: BalancedEndpoint[Key] }

/** An endpoint as tests of balancing need it. */
export function testEndpoint(
  key: string,
  config: Partial<Config> = {},
  state: Partial<BalancedEndpoint> = {},
): Mutable {
  return {
    config: {
      key,
      hostname: '',
      weight: 1,
      priority: 0,
      locality: '',
      localityWeight: undefined,
      health: 'unknown',
      subsetValues: new Map(),
      ...config,
    },
    active: 0,
    isEjected: false,
    checked: 'unchecked',
    startedMs: -1e9,
    ewmaMs: 0,
    ewmaAtMs: 0,
    reported: undefined,
    ...state,
  }
}

/** In turns, and nothing else is asked for. */
export const testSettings: BalancerSettings = {
  policy: { kind: 'round-robin', slowStart: undefined },
  panicPercent: 50,
  failsOnPanic: false,
  isLocalityWeighted: false,
  zoneAware: { enabledPercent: 100, clusterSizeMin: 6 },
  subsets: undefined,
}

/** What a balancer picks among, as a cluster at rest hands it over. */
export function testMembers(endpoints: readonly BalancedEndpoint[]) {
  return {
    endpoints,
    overprovisioningPercent: 140,
    weighsHealth: false,
    requestsActive: () => 0,
    counts: newBalanceCounts(),
    localityWeight: assignedWeight,
    local: () => undefined,
  }
}

/** Numbers in [0, 1) that are the same in every run. */
export function testRandom(seed = 1): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
