import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

export type PoolStyle = {
  readonly size: number
  /** Endpoints are kept apart by keys, which are the same on both sides; their ports are not. */
  readonly keyedBy: 'metadata' | 'hostname'
  readonly hasSubsets: boolean
  readonly isSteady: boolean
}

export function drawPoolStyle(draw: Draw): PoolStyle {
  return {
    size: draw.pick([1, 2, 3, 3, 4, 5]),
    keyedBy: draw.pick(['metadata', 'metadata', 'hostname']),
    hasSubsets: draw.chance(0.35),
    isSteady: draw.chance(0.4),
  }
}

/** The names of the upstreams that are a pool's endpoints. */
export function endpointNames({ size }: PoolStyle): string[] {
  return Array.from({ length: size }, (_, index) => `e${index}`)
}

/** A cluster in which a request's hash alone decides which endpoint it goes to. */
export function makePool(draw: Draw, style: PoolStyle): Json {
  const localities = draw.chance(0.3)
  const hashing = {
    ...draw.maybe(style.keyedBy === 'hostname' ? 1 : 0, 'use_hostname_for_hashing', () => true),
    ...draw.maybe(0.1, 'hash_balance_factor', () => draw.pick([200, 1000])),
  }
  const common = {
    ...draw.maybe(0.4, 'healthy_panic_threshold', () => ({ value: draw.pick([0, 30, 50, 70, 100]) })),
    ...(Object.keys(hashing).length > 0 ? { consistent_hashing_lb_config: hashing } : {}),
    ...(localities ? { locality_weighted_lb_config: {} } : {}),
  }
  return {
    ...(style.keyedBy === 'hostname' ? { type: 'STRICT_DNS', dns_lookup_family: 'V4_ONLY' } : {}),
    ...makePolicy(draw),
    ...(Object.keys(common).length > 0 ? { common_lb_config: common } : {}),
    ...draw.maybe(0.3, 'metadata', () => ({ filter_metadata: { test: { of: 'the cluster' } } })),
    load_assignment: makeAssignment(draw, style, localities),
  }
}

function makePolicy(draw: Draw): Json {
  if (draw.chance(0.5)) {
    return { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: draw.pick([11, 101, 1009]) } }
  }
  return {
    lb_policy: 'RING_HASH',
    ring_hash_lb_config: {
      minimum_ring_size: draw.pick([1, 8, 64]),
      ...draw.maybe(0.3, 'maximum_ring_size', () => draw.pick([64, 100])),
      ...draw.maybe(0.5, 'hash_function', () => draw.pick(['XX_HASH', 'MURMUR_HASH_2'])),
    },
  }
}

/**
 * None that is degraded: in Envoy's tables these do not stand, in ours they serve when nobody else is there. None that drains:
 * ours takes nothing new, also in a panic.
 */
const healths = ['HEALTHY', 'UNHEALTHY', 'UNHEALTHY', 'TIMEOUT', 'UNKNOWN']

function makeAssignment(draw: Draw, style: PoolStyle, localities: boolean): Json {
  const priorities = draw.pick([1, 1, 2, 3])
  const zones = localities ? 2 : 1
  const groups = new Map<string, Json[]>()
  for (const name of endpointNames(style)) {
    const place = `${draw.below(priorities)} ${draw.below(zones)}`
    groups.set(place, [...(groups.get(place) ?? []), makeEndpoint(draw, style, name)])
  }
  return {
    cluster_name: 'pool',
    endpoints: [...groups].map(([place, lb_endpoints]) => {
      const [priority, zone] = place.split(' ')
      return {
        ...(priority === '0' ? {} : { priority: Number(priority) }),
        locality: { zone: `zone-${zone}` },
        ...(localities && draw.chance(0.85) ? { load_balancing_weight: draw.pick([1, 1, 2, 5]) } : {}),
        lb_endpoints,
      }
    }),
    ...draw.maybe(0.25, 'policy', () => ({
      ...draw.maybe(0.8, 'overprovisioning_factor', () => draw.pick([100, 140, 200])),
      ...draw.maybe(0.3, 'weighted_priority_health', () => true),
    })),
  }
}

function makeEndpoint(draw: Draw, style: PoolStyle, name: string): Json {
  const lb = {
    ...(style.keyedBy === 'metadata' ? { hash_key: `key of ${name}` } : {}),
    ...(style.hasSubsets ? subsetValues(draw) : {}),
  }
  return {
    endpoint: {
      ...(style.keyedBy === 'hostname' ? { hostname: `${name}.test` } : {}),
      address: { socket_address: { address: '<host>', port_value: `<${name}.port>` } },
    },
    ...draw.maybe(style.isSteady ? 0 : 0.4, 'health_status', () => draw.pick(healths)),
    ...draw.maybe(0.3, 'load_balancing_weight', () => draw.pick([1, 2, 3])),
    ...(Object.keys(lb).length > 0 ? { metadata: { filter_metadata: { 'envoy.lb': lb } } } : {}),
  }
}

export const stages = ['prod', 'dev', 'none'] as const
export const versions = ['1', '2', '3'] as const

function subsetValues(draw: Draw): Json {
  return {
    ...draw.maybe(0.8, 'stage', () => draw.pick(['prod', 'dev', 'dev', ['prod', 'dev']])),
    ...draw.maybe(0.8, 'version', () => draw.pick(['1', '2', 1, true])),
  }
}
