import type { BalancerPolicy, BalancerSettings } from '@heddle/engine/balance/balancer-settings'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster,
  Cluster_CommonLbConfig_ZoneAwareLbConfigSchema,
  Cluster_CommonLbConfigSchema,
  type Cluster_LbSubsetConfig,
  Cluster_LbPolicy as Lb,
  Cluster_RingHashLbConfig_HashFunction as RingHashFunction,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { leastRequest, maglev, ringHash, slowStart, zoneAware } from './balancer-policies.ts'
import { decodeBalancerExtension } from './decode-balancer-extension.ts'
import { decodeSubsets } from './decode-subsets.ts'

const supportedCommon = new Set([
  'healthy_panic_threshold',
  'zone_aware_lb_config',
  'locality_weighted_lb_config',
  'consistent_hashing_lb_config',
  // Pushes are merged by the control plane.
  'update_merge_window',
  'ignore_new_hosts_until_first_hc',
  'close_connections_on_host_set_change',
  'override_host_status',
])

/** How a cluster spreads its requests, from `load_balancing_policy` or, without one, from `lb_policy` and its settings. */
export function decodeBalancer(message: Cluster): BalancerSettings {
  const common = message.commonLbConfig
  if (common) refuseUnsupported(Cluster_CommonLbConfigSchema, common, supportedCommon, 'common_lb_config')
  const locality = common?.localityConfigSpecifier
  if (locality?.case === 'zoneAwareLbConfig') {
    refuseUnsupported(
      Cluster_CommonLbConfig_ZoneAwareLbConfigSchema,
      locality.value,
      new Set(['routing_enabled', 'min_cluster_size', 'fail_traffic_on_panic']),
      'common_lb_config.zone_aware_lb_config',
    )
  }
  const panicPercent = common?.healthyPanicThreshold?.value ?? 50
  if (!(panicPercent >= 0 && panicPercent <= 100)) {
    throw new ResourceRejected('common_lb_config.healthy_panic_threshold', 'must be from 0 to 100')
  }
  const isLocalityWeighted = locality?.case === 'localityWeightedLbConfig'
  const extension = message.loadBalancingPolicy
  if (extension !== undefined) {
    return { ...decodeBalancerExtension(extension, 'load_balancing_policy'), panicPercent }
  }
  return {
    policy: decodePolicy(message),
    panicPercent,
    isLocalityWeighted,
    ...zoneAware(locality?.case === 'zoneAwareLbConfig' ? locality.value : undefined, 'common_lb_config'),
    subsets: divides(message.lbSubsetConfig)
      ? decodeSubsets(message.lbSubsetConfig, isLocalityWeighted, 'lb_subset_config')
      : undefined,
  }
}

/** Without a selector there are no subsets, and what else is said of them says nothing (Envoy). */
function divides(subsets: Cluster_LbSubsetConfig | undefined): subsets is Cluster_LbSubsetConfig {
  return subsets !== undefined && subsets.subsetSelectors.length > 0
}

function decodePolicy({ lbPolicy, lbConfig, commonLbConfig }: Cluster): BalancerPolicy {
  const hashing = commonLbConfig?.consistentHashingLbConfig
  switch (lbPolicy) {
    case Lb.ROUND_ROBIN: {
      const config = lbConfig.case === 'roundRobinLbConfig' ? lbConfig.value : undefined
      return { kind: 'round-robin', slowStart: slowStart(config?.slowStartConfig) }
    }
    case Lb.LEAST_REQUEST:
      return leastRequest(
        lbConfig.case === 'leastRequestLbConfig' ? lbConfig.value : undefined,
        false,
        'least_request_lb_config',
      )
    case Lb.RANDOM:
      return { kind: 'random' }
    case Lb.RING_HASH: {
      const config = lbConfig.case === 'ringHashLbConfig' ? lbConfig.value : undefined
      const isMurmur = config?.hashFunction === RingHashFunction.MURMUR_HASH_2
      return ringHash(config, isMurmur ? 'murmur-hash-2' : 'xx-hash', hashing, 'ring_hash_lb_config')
    }
    // The cluster picks: its requests bring their endpoints.
    case Lb.CLUSTER_PROVIDED:
      return { kind: 'random' }
    case Lb.MAGLEV:
      return maglev(lbConfig.case === 'maglevLbConfig' ? lbConfig.value : undefined, hashing, 'maglev_lb_config')
    default:
      throw new ResourceRejected('lb_policy', `${Lb[lbPolicy] ?? String(lbPolicy)} is not supported yet`)
  }
}
