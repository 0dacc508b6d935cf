import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type LocalRateLimitDescriptor,
  VhRateLimitsOptions as Rules,
  XRateLimitHeadersRFCVersion as Version,
} from '@heddle/shared/xds/generated/envoy/extensions/common/ratelimit/v3/ratelimit_pb'
import {
  type LocalRateLimit as LocalRateLimitMessage,
  LocalRateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileHeaderEdits } from '../mutate/compile-header-edits.ts'
import { runtimeShareOf } from '../runtime/share.ts'
import { compileFilterRules } from './compile-rate-limit-rules.ts'
import type { LimitedDescriptor, LocalRateLimit, VirtualHostRules } from './local-rate-limit.ts'
import { compileTokenBucket } from './token-bucket.ts'

const supported = new Set([
  'stat_prefix',
  'status',
  'token_bucket',
  'filter_enabled',
  'filter_enforced',
  'request_headers_to_add_when_not_enforced',
  'response_headers_to_add',
  'descriptors',
  'stage',
  'local_rate_limit_per_downstream_connection',
  'enable_x_ratelimit_headers',
  'vh_rate_limits',
  'always_consume_default_token_bucket',
  'rate_limited_as_resource_exhausted',
  'rate_limits',
  'max_dynamic_descriptors',
  'local_cluster_rate_limit',
])

export function compileLocalRateLimit(message: LocalRateLimitMessage, path: string): LocalRateLimit {
  refuseUnsupported(LocalRateLimitSchema, message, supported, path)
  if (message.statPrefix === '') throw new ResourceRejected(`${path}.stat_prefix`, 'must not be empty')
  if (message.stage > 10) throw new ResourceRejected(`${path}.stage`, 'must be at most 10')
  const code = message.status?.code ?? 0
  return {
    statPrefix: message.statPrefix,
    // Less than 400 would tell a caller that all is well.
    status: code < 400 ? 429 : code,
    bucket: message.tokenBucket && compileTokenBucket(message.tokenBucket, `${path}.token_bucket`),
    descriptors: compileDescriptors(message.descriptors, `${path}.descriptors`),
    consumesDefault: message.alwaysConsumeDefaultTokenBucket ?? true,
    // Nothing happens unless it is asked for (Envoy): a limit begins as a shadow.
    enabled: runtimeShareOf(message.filterEnabled, 0, `${path}.filter_enabled`),
    enforced: runtimeShareOf(message.filterEnforced, 0, `${path}.filter_enforced`),
    stage: message.stage,
    virtualHostRules: virtualHostRules(message.vhRateLimits, `${path}.vh_rate_limits`),
    rules: compileFilterRules(message.rateLimits, `${path}.rate_limits`),
    valuesMax: compileValuesMax(message, path),
    isPerConnection: message.localRateLimitPerDownstreamConnection,
    isOfCluster: isOfCluster(message, path),
    tellsLimit: message.enableXRatelimitHeaders === Version.DRAFT_VERSION_03,
    isResourceExhausted: message.rateLimitedAsResourceExhausted,
    responseEdits: compileHeaderEdits(message.responseHeadersToAdd, [], `${path}.response_headers`),
    unenforcedEdits: compileHeaderEdits(
      message.requestHeadersToAddWhenNotEnforced,
      [],
      `${path}.request_headers_to_add_when_not_enforced`,
    ),
  }
}

function isOfCluster(message: LocalRateLimitMessage, path: string): boolean {
  if (message.localClusterRateLimit === undefined) return false
  if (message.localRateLimitPerDownstreamConnection) {
    throw new ResourceRejected(
      `${path}.local_cluster_rate_limit`,
      'cannot be shared: each connection has its own limit',
    )
  }
  return true
}

/** Envoy's default is 20. More than the maximum would let a client's values fill the memory. */
const valuesMost = 100_000

function compileValuesMax({ maxDynamicDescriptors: most = 20 }: LocalRateLimitMessage, path: string): number {
  if (most < 1 || most > valuesMost) {
    throw new ResourceRejected(`${path}.max_dynamic_descriptors`, `must be 1 to ${valuesMost}`)
  }
  return most
}

export function virtualHostRules(option: Rules, path: string): VirtualHostRules {
  switch (option) {
    case Rules.OVERRIDE:
      return 'override'
    case Rules.INCLUDE:
      return 'include'
    case Rules.IGNORE:
      return 'ignore'
  }
  throw new ResourceRejected(path, `unknown value ${String(option)}`)
}

function compileDescriptors(messages: readonly LocalRateLimitDescriptor[], path: string): LimitedDescriptor[] {
  const seen = new Set<string>()
  return messages.map(({ entries, tokenBucket, shadowMode }, index) => {
    const at = `${path}[${index}]`
    if (entries.length === 0) throw new ResourceRejected(`${at}.entries`, 'must not be empty')
    if (tokenBucket === undefined) throw new ResourceRejected(`${at}.token_bucket`, 'is required')
    const identity = JSON.stringify(entries.map(({ key, value }) => [key, value]))
    if (seen.has(identity)) throw new ResourceRejected(at, 'is there twice')
    seen.add(identity)
    for (const [each, { key }] of entries.entries()) {
      if (key === '') throw new ResourceRejected(`${at}.entries[${each}].key`, 'must not be empty')
    }
    return {
      entries: entries.map(({ key, value }) => ({ key, value })),
      rate: compileTokenBucket(tokenBucket, `${at}.token_bucket`),
      isShadow: shadowMode,
    }
  })
}
