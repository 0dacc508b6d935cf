import { fromBinary } from '@bufbuild/protobuf'
import type { BalancerPolicy, BalancerSettings } from '@heddle/engine/balance/balancer-settings'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { LoadBalancingPolicy } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClientSideWeightedRoundRobinSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin_pb'
import type { LocalityLbConfig } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/common/v3/common_pb'
import {
  LeastRequest_SelectionMethod,
  LeastRequestSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/least_request/v3/least_request_pb'
import { MaglevSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/maglev/v3/maglev_pb'
import { PeakEwmaSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/peak_ewma/v3alpha/peak_ewma_pb'
import { RandomSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/random/v3/random_pb'
import {
  RingHash_HashFunction,
  RingHashSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/ring_hash/v3/ring_hash_pb'
import { RoundRobinSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/round_robin/v3/round_robin_pb'
import { SubsetSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/subset/v3/subset_pb'
import { WrrLocalitySchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/wrr_locality/v3/wrr_locality_pb'
import { leastRequest, maglev, ringHash, slowStart, zoneAware } from './balancer-policies.ts'
import { clientWeighted } from './client-weighted.ts'
import { decodeSubsets } from './decode-subsets.ts'

type Decoded = Omit<BalancerSettings, 'panicPercent'>

/** `load_balancing_policy`: the first of the list that is known here, as the API says; the others are for other proxies. */
export function decodeBalancerExtension({ policies }: LoadBalancingPolicy, path: string): Decoded {
  for (const [index, { typedExtensionConfig }] of policies.entries()) {
    const { typeUrl = '', value = new Uint8Array() } = typedExtensionConfig?.typedConfig ?? {}
    const at = `${path}.policies[${index}].typed_extension_config.typed_config`
    const decoded = decodeOne(typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value, at)
    if (decoded !== undefined) return decoded
  }
  throw new ResourceRejected(path, 'names no policy that is supported')
}

function decodeOne(typeName: string, value: Uint8Array, path: string): Decoded | undefined {
  switch (typeName) {
    case RoundRobinSchema.typeName: {
      const config = fromBinary(RoundRobinSchema, value)
      return flat({ kind: 'round-robin', slowStart: slowStart(config.slowStartConfig) }, config.localityLbConfig, path)
    }
    case LeastRequestSchema.typeName: {
      const config = fromBinary(LeastRequestSchema, value)
      const scansAll =
        config.selectionMethod === LeastRequest_SelectionMethod.FULL_SCAN || config.enableFullScan === true
      return flat(leastRequest(config, scansAll, path), config.localityLbConfig, path)
    }
    case RandomSchema.typeName:
      return flat({ kind: 'random' }, fromBinary(RandomSchema, value).localityLbConfig, path)
    case RingHashSchema.typeName: {
      const config = fromBinary(RingHashSchema, value)
      const isMurmur = config.hashFunction === RingHash_HashFunction.MURMUR_HASH_2
      // The message's own fields of these names are from before there was a message of their own.
      const hashing = config.consistentHashingLbConfig ?? config
      const policy = ringHash(config, isMurmur ? 'murmur-hash-2' : 'xx-hash', hashing, path)
      return { ...flat(policy, undefined, path), isLocalityWeighted: config.localityWeightedLbConfig !== undefined }
    }
    case MaglevSchema.typeName: {
      const config = fromBinary(MaglevSchema, value)
      const policy = maglev(config, config.consistentHashingLbConfig, path)
      return { ...flat(policy, undefined, path), isLocalityWeighted: config.localityWeightedLbConfig !== undefined }
    }
    case ClientSideWeightedRoundRobinSchema.typeName:
      return flat(clientWeighted(fromBinary(ClientSideWeightedRoundRobinSchema, value), path), undefined, path)
    case PeakEwmaSchema.typeName: {
      const config = fromBinary(PeakEwmaSchema, value)
      const decayMs = durationMs(config.decayTime) ?? 10_000
      if (decayMs <= 0) throw new ResourceRejected(`${path}.decay_time`, 'must be more than 0')
      return flat({ kind: 'peak-ewma', decayMs, defaultMs: durationMs(config.defaultRtt) ?? 10 }, undefined, path)
    }
    case WrrLocalitySchema.typeName: {
      const inner = fromBinary(WrrLocalitySchema, value).endpointPickingPolicy
      if (inner === undefined) throw new ResourceRejected(`${path}.endpoint_picking_policy`, 'is required')
      return {
        ...decodeBalancerExtension(inner, `${path}.endpoint_picking_policy`),
        isLocalityWeighted: true,
      }
    }
    case SubsetSchema.typeName: {
      const config = fromBinary(SubsetSchema, value)
      if (config.subsetLbPolicy === undefined) throw new ResourceRejected(`${path}.subset_lb_policy`, 'is required')
      const inner = decodeBalancerExtension(config.subsetLbPolicy, `${path}.subset_lb_policy`)
      return { ...inner, subsets: decodeSubsets(config, inner.isLocalityWeighted, path) }
    }
    default:
      return undefined
  }
}

function flat(policy: BalancerPolicy, locality: LocalityLbConfig | undefined, path: string): Decoded {
  const specifier = locality?.localityConfigSpecifier
  return {
    policy,
    isLocalityWeighted: specifier?.case === 'localityWeightedLbConfig',
    ...zoneAware(specifier?.case === 'zoneAwareLbConfig' ? specifier.value : undefined, path),
    subsets: undefined,
  }
}
