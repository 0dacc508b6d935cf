import type { SubsetFallback, SubsetSettings } from '@heddle/engine/balance/balancer-settings'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster_LbSubsetConfig,
  Cluster_LbSubsetConfig_LbSubsetFallbackPolicy as Fallback,
  Cluster_LbSubsetConfig_LbSubsetSelector_LbSubsetSelectorFallbackPolicy as SelectorFallback,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { Subset } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/subset/v3/subset_pb'

/** `lb_subset_config`, or the extension of the same fields. */
export function decodeSubsets(message: Cluster_LbSubsetConfig | Subset, path: string): SubsetSettings {
  const unsupported = {
    locality_weight_aware: message.localityWeightAware,
    scale_locality_weight: message.scaleLocalityWeight,
    metadata_fallback_policy: message.metadataFallbackPolicy !== 0,
    allow_redundant_keys: 'allowRedundantKeys' in message && message.allowRedundantKeys,
  }
  for (const [field, isSet] of Object.entries(unsupported)) {
    if (isSet) throw new ResourceRejected(`${path}.${field}`, 'not supported yet')
  }
  return {
    fallback: fallbackOf(message.fallbackPolicy as Fallback), // both enums have the same numbers
    defaultValues: new Map(
      Object.entries(message.defaultSubset ?? {}).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
    selectors: message.subsetSelectors.map((selector, index) => {
      const at = `${path}.subset_selectors[${index}]`
      if (selector.keys.length === 0) throw new ResourceRejected(`${at}.keys`, 'must not be empty')
      if (selector.singleHostPerSubset) throw new ResourceRejected(`${at}.single_host_per_subset`, 'not supported yet')
      return {
        keys: [...selector.keys].sort(),
        fallback: selectorFallbackOf(selector.fallbackPolicy as SelectorFallback, at), // likewise
      }
    }),
    panicAny: message.panicModeAny,
    listAsAny: message.listAsAny,
  }
}

function fallbackOf(fallback: Fallback): SubsetFallback {
  switch (fallback) {
    case Fallback.NO_FALLBACK:
      return 'none'
    case Fallback.ANY_ENDPOINT:
      return 'any'
    case Fallback.DEFAULT_SUBSET:
      return 'default'
  }
}

function selectorFallbackOf(fallback: SelectorFallback, path: string): SubsetFallback | undefined {
  switch (fallback) {
    case SelectorFallback.NOT_DEFINED:
      return undefined
    case SelectorFallback.NO_FALLBACK:
      return 'none'
    case SelectorFallback.ANY_ENDPOINT:
      return 'any'
    case SelectorFallback.DEFAULT_SUBSET:
      return 'default'
    case SelectorFallback.KEYS_SUBSET:
      throw new ResourceRejected(`${path}.fallback_policy`, 'KEYS_SUBSET is not supported yet')
  }
}
