import type { SubsetFallback, SubsetSelector, SubsetSettings } from '@heddle/engine/balance/balancer-settings'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster_LbSubsetConfig,
  Cluster_LbSubsetConfig_LbSubsetFallbackPolicy as Fallback,
  Cluster_LbSubsetConfig_LbSubsetMetadataFallbackPolicy as MetadataFallback,
  type Cluster_LbSubsetConfig_LbSubsetSelector as Selector,
  Cluster_LbSubsetConfig_LbSubsetSelector_LbSubsetSelectorFallbackPolicy as SelectorFallback,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type {
  Subset_LbSubsetSelector as ExtensionSelector,
  Subset,
} from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/subset/v3/subset_pb'

/** `lb_subset_config`, or the extension of the same fields. Both have the same numbers in their enumerations. */
export function decodeSubsets(
  message: Cluster_LbSubsetConfig | Subset,
  isLocalityWeighted: boolean,
  path: string,
): SubsetSettings {
  if (message.localityWeightAware && !isLocalityWeighted) {
    throw new ResourceRejected(`${path}.locality_weight_aware`, 'needs locality_weighted_lb_config')
  }
  return {
    fallback: fallbackOf(message.fallbackPolicy as Fallback),
    defaultValues: new Map(
      Object.entries(message.defaultSubset ?? {}).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
    selectors: message.subsetSelectors.map((each, index) => decodeSelector(each, `${path}.subset_selectors[${index}]`)),
    panicAny: message.panicModeAny,
    listAsAny: message.listAsAny,
    localityWeights: !message.localityWeightAware ? 'ignored' : message.scaleLocalityWeight ? 'scaled' : 'kept',
    usesFallbackList: (message.metadataFallbackPolicy as MetadataFallback) === MetadataFallback.FALLBACK_LIST,
    allowsRedundantKeys: 'allowRedundantKeys' in message && message.allowRedundantKeys,
  }
}

function decodeSelector(message: Selector | ExtensionSelector, path: string): SubsetSelector {
  const { singleHostPerSubset } = message
  const keySet = new Set(message.keys)
  if (keySet.size === 0) throw new ResourceRejected(`${path}.keys`, 'must not be empty')
  if (singleHostPerSubset && keySet.size > 1) {
    throw new ResourceRejected(`${path}.single_host_per_subset`, 'goes with one key only')
  }
  const fallback = selectorFallbackOf(message.fallbackPolicy as SelectorFallback)
  const fallbackKeys = new Set(message.fallbackKeysSubset)
  if (fallback === 'keys') {
    const isPart =
      fallbackKeys.size > 0 && fallbackKeys.size < keySet.size && [...fallbackKeys].every((key) => keySet.has(key))
    if (!isPart) throw new ResourceRejected(`${path}.fallback_keys_subset`, 'must be some of the keys, and not all')
  } else if (fallbackKeys.size > 0) {
    throw new ResourceRejected(`${path}.fallback_keys_subset`, 'needs the fallback_policy KEYS_SUBSET')
  }
  return { keys: [...keySet].sort(), keySet, fallback, fallbackKeys, isSingle: singleHostPerSubset }
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

function selectorFallbackOf(fallback: SelectorFallback): SubsetSelector['fallback'] {
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
      return 'keys'
  }
}
