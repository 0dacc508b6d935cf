import { fromBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { compileNetworkRbac } from '@heddle/engine/authz/compile-network-rbac'
import { durationMs } from '@heddle/engine/duration-ms'
import { compileTokenBucket } from '@heddle/engine/limit/token-bucket'
import { runtimeFlagOf } from '@heddle/engine/runtime/share'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type ConnectionLimit,
  ConnectionLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/connection_limit/v3/connection_limit_pb'
import {
  type LocalRateLimit,
  LocalRateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/local_ratelimit/v3/local_rate_limit_pb'
import { RateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/ratelimit/v3/rate_limit_pb'
import { RBACSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/rbac/v3/rbac_pb'
import { SniClusterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/sni_cluster/v3/sni_cluster_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeAskedConnectionLimit } from './decode-asked-connection-limit.ts'
import type { NetworkFilter } from './network-filter.ts'

/** The filters of a chain before its last one. */
export function decodeNetworkFilters(configs: readonly Any[], chainPath: string): readonly NetworkFilter[] {
  return configs.map((config, index) => decodeFilter(config, `${chainPath}.filters[${index}].typed_config`))
}

function decodeFilter({ typeUrl, value }: Any, path: string): NetworkFilter {
  switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
    case LocalRateLimitSchema.typeName:
      return decodeRate(fromBinary(LocalRateLimitSchema, value), path)
    case ConnectionLimitSchema.typeName:
      return decodeLimit(fromBinary(ConnectionLimitSchema, value), path)
    case RateLimitSchema.typeName:
      return decodeAskedConnectionLimit(fromBinary(RateLimitSchema, value), path)
    case RBACSchema.typeName:
      return { kind: 'rbac', rbac: compileNetworkRbac(fromBinary(RBACSchema, value), path) }
    case SniClusterSchema.typeName:
      return { kind: 'sni-cluster' }
    default:
      throw new ResourceRejected(path, `network filter ${typeUrl} is not supported yet before the one that serves`)
  }
}

const supportedRate = new Set(['stat_prefix', 'token_bucket', 'runtime_enabled'])

function decodeRate(message: LocalRateLimit, path: string): NetworkFilter {
  refuseUnsupported(LocalRateLimitSchema, message, supportedRate, path)
  const statPrefix = required(message.statPrefix, path)
  if (message.tokenBucket === undefined) throw new ResourceRejected(`${path}.token_bucket`, 'is required')
  const rate = compileTokenBucket(message.tokenBucket, `${path}.token_bucket`)
  return { kind: 'local-rate-limit', statPrefix, rate, enabled: runtimeFlagOf(message.runtimeEnabled) }
}

function decodeLimit(message: ConnectionLimit, path: string): NetworkFilter {
  const statPrefix = required(message.statPrefix, path)
  if (message.maxConnections === undefined || message.maxConnections < 1n) {
    throw new ResourceRejected(`${path}.max_connections`, 'must be at least 1')
  }
  return {
    kind: 'connection-limit',
    statPrefix,
    connectionsMax: Number(message.maxConnections),
    delayMs: durationMs(message.delay) ?? 0,
    enabled: runtimeFlagOf(message.runtimeEnabled),
  }
}

function required(statPrefix: string, path: string): string {
  if (statPrefix === '') throw new ResourceRejected(`${path}.stat_prefix`, 'must not be empty')
  return statPrefix
}
