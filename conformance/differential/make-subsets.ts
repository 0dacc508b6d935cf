import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { stages, versions } from './make-pool.ts'

/** `lb_subset_config` over the values that `make-pool.ts` gives to endpoints. */
export function makeSubsets(draw: Draw, isLocalityWeighted: boolean): Json {
  const isWeightAware = isLocalityWeighted && draw.chance(0.4)
  return {
    ...draw.maybe(0.8, 'fallback_policy', () => draw.pick(['NO_FALLBACK', 'ANY_ENDPOINT', 'DEFAULT_SUBSET'])),
    ...draw.maybe(0.5, 'default_subset', () => makeValues(draw)),
    subset_selectors: makeSelectors(draw),
    ...draw.maybe(0.2, 'list_as_any', () => true),
    ...draw.maybe(0.2, 'panic_mode_any', () => true),
    ...(isWeightAware ? { locality_weight_aware: true, ...draw.maybe(0.5, 'scale_locality_weight', () => true) } : {}),
    ...draw.maybe(0.15, 'metadata_fallback_policy', () => 'FALLBACK_LIST'),
  }
}

/** No two with the same keys: Envoy goes by an order of its own there. */
function makeSelectors(draw: Draw): Json[] {
  const keys = [['stage'], ['version'], ['stage', 'version'], ['version', 'stage', 'zone']].filter(() =>
    draw.chance(0.5),
  )
  return keys.map((each) => ({
    keys: each,
    ...makeFallback(draw, each),
    ...(each.length === 1 ? draw.maybe(0.1, 'single_host_per_subset', () => true) : {}),
  }))
}

function makeFallback(draw: Draw, keys: readonly string[]): Json {
  const fallback = draw.pick(['', '', 'NO_FALLBACK', 'ANY_ENDPOINT', 'DEFAULT_SUBSET', 'KEYS_SUBSET'])
  if (fallback === '') return {}
  if (fallback !== 'KEYS_SUBSET') return { fallback_policy: fallback }
  return keys.length < 2 ? {} : { fallback_policy: fallback, fallback_keys_subset: keys.slice(0, 1) }
}

/** `metadata_match` of a route or a weighted cluster. */
export function makeMetadataMatch(draw: Draw): Json {
  const values = makeValues(draw)
  const list = draw.chance(0.15) ? { fallback_list: [makeValues(draw), makeValues(draw)] } : {}
  return { filter_metadata: { 'envoy.lb': { ...values, ...list } } }
}

function makeValues(draw: Draw): Json {
  return {
    ...draw.maybe(0.7, 'stage', () => draw.pick(stages)),
    ...draw.maybe(0.6, 'version', () => draw.pick([...versions, 1, true])),
    ...draw.maybe(0.05, 'zone', () => 'near'),
  }
}
