import type {
  BalancerPolicy,
  BalancerSettings,
  HashingSettings,
  SlowStart,
} from '@heddle/engine/balance/balancer-settings'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type {
  Cluster_LeastRequestLbConfig,
  Cluster_MaglevLbConfig,
  Cluster_RingHashLbConfig,
  Cluster_SlowStartConfig,
  Cluster_CommonLbConfig_ConsistentHashingLbConfig as Hashing,
  Cluster_CommonLbConfig_ZoneAwareLbConfig as ZoneAware,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'

// Envoy has each policy's settings twice, as fields of the cluster and as extensions, in messages that look the same.

type Unnamed<Message> = Omit<Message, '$typeName' | '$unknown'>

export function slowStart(config: Unnamed<Cluster_SlowStartConfig> | undefined): SlowStart | undefined {
  const windowMs = durationMs(config?.slowStartWindow) ?? 0
  if (windowMs <= 0) return undefined
  return {
    windowMs,
    aggression: config?.aggression?.defaultValue ?? 1,
    aggressionKey: config?.aggression?.runtimeKey ?? '',
    weightMin: (config?.minWeightPercent?.value ?? 10) / 100,
  }
}

type LeastRequestConfig = Pick<Unnamed<Cluster_LeastRequestLbConfig>, 'choiceCount' | 'activeRequestBias'> & {
  readonly slowStartConfig?: Unnamed<Cluster_SlowStartConfig> | undefined
}

export function leastRequest(config: LeastRequestConfig | undefined, scansAll: boolean, path: string): BalancerPolicy {
  const choices = config?.choiceCount ?? 2
  if (choices < 2) throw new ResourceRejected(`${path}.choice_count`, 'must be at least 2')
  const activeBias = config?.activeRequestBias?.defaultValue ?? 1
  if (activeBias < 0) throw new ResourceRejected(`${path}.active_request_bias`, 'must not be negative')
  return {
    kind: 'least-request',
    choices: scansAll ? 'all' : choices,
    activeBias,
    activeBiasKey: config?.activeRequestBias?.runtimeKey ?? '',
    slowStart: slowStart(config?.slowStartConfig),
  }
}

const ringSizeMax = 8_388_608
/** Larger tables would be built for longer than traffic may wait. */
const builtSizeMax = 1_000_003

export function ringHash(
  config: Pick<Cluster_RingHashLbConfig, 'minimumRingSize' | 'maximumRingSize'> | undefined,
  hashFunction: 'xx-hash' | 'murmur-hash-2',
  hashing: HashingConfig | undefined,
  path: string,
): BalancerPolicy {
  const sizeMin = Number(config?.minimumRingSize ?? 1024)
  const sizeMax = Number(config?.maximumRingSize ?? ringSizeMax)
  if (sizeMax > ringSizeMax) throw new ResourceRejected(`${path}.maximum_ring_size`, `is more than ${ringSizeMax}`)
  if (sizeMin > builtSizeMax) {
    throw new ResourceRejected(`${path}.minimum_ring_size`, `more than ${builtSizeMax} is not supported`)
  }
  if (sizeMin > sizeMax) throw new ResourceRejected(`${path}.minimum_ring_size`, 'is more than maximum_ring_size')
  return { kind: 'ring-hash', sizeMin, sizeMax, hashFunction, hashing: hashingOf(hashing) }
}

export function maglev(
  config: Pick<Cluster_MaglevLbConfig, 'tableSize'> | undefined,
  hashing: HashingConfig | undefined,
  path: string,
): BalancerPolicy {
  const tableSize = Number(config?.tableSize ?? 65_537)
  if (tableSize > builtSizeMax) {
    throw new ResourceRejected(`${path}.table_size`, `more than ${builtSizeMax} is not supported`)
  }
  if (!isPrime(tableSize)) throw new ResourceRejected(`${path}.table_size`, 'must be a prime number')
  return { kind: 'maglev', tableSize, hashing: hashingOf(hashing) }
}

type HashingConfig = Pick<Hashing, 'useHostnameForHashing' | 'hashBalanceFactor'>

function hashingOf(config: HashingConfig | undefined): HashingSettings {
  const factor = config?.hashBalanceFactor || undefined
  if (factor !== undefined && factor < 100) {
    throw new ResourceRejected('consistent_hashing_lb_config.hash_balance_factor', 'must be at least 100')
  }
  return { usesHostname: config?.useHostnameForHashing ?? false, balanceFactorPercent: factor }
}

function isPrime(number: number): boolean {
  if (number < 2) return false
  for (let by = 2; by * by <= number; by++) if (number % by === 0) return false
  return true
}

/** Envoy's defaults hold where nothing is said: they matter when the proxy's own cluster is known. */
export function zoneAware(
  config: Pick<ZoneAware, 'routingEnabled' | 'minClusterSize' | 'failTrafficOnPanic'> | undefined,
  path: string,
): Pick<BalancerSettings, 'zoneAware' | 'failsOnPanic'> {
  const enabledPercent = config?.routingEnabled?.value ?? 100
  if (!(enabledPercent >= 0 && enabledPercent <= 100)) {
    throw new ResourceRejected(`${path}.zone_aware_lb_config.routing_enabled`, 'must be from 0 to 100')
  }
  return {
    zoneAware: { enabledPercent, clusterSizeMin: Number(config?.minClusterSize ?? 6) },
    failsOnPanic: config?.failTrafficOnPanic ?? false,
  }
}
