import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import type { VirtualHostSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { LocalRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import type { HttpFilterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { pack } from './encode-resource.ts'
import { type LimitEntry, limitEntries } from './limit-entries.ts'
import type { PolicyVersion } from './mesh-config.ts'
import { meshLimitRules } from './mesh-limit-settings.ts'
import { duration, fractionalPercent } from './xds-values.ts'

const rateLimitFilter = 'envoy.filters.http.local_ratelimit'

type Settings = Pick<MessageInitShape<typeof VirtualHostSchema>, 'rateLimits' | 'typedPerFilterConfig'>

/** Always in the chain, so that a virtual host can limit without a change of the listener. */
export function rateLimitHttpFilter(): MessageInitShape<typeof HttpFilterSchema> {
  return {
    name: rateLimitFilter,
    configType: { case: 'typedConfig', value: pack(LocalRateLimitSchema, { statPrefix: 'rate_limit' }) },
  }
}

/**
 * What a virtual host says for its limits: how requests are described, and a bucket for each description that an instance
 * counts by itself. `asksService`: the proxy knows where counts are that instances share.
 */
export function rateLimitSettings(limits: readonly PolicyVersion<RateLimit>[], asksService: boolean): Settings {
  const own = limits
    .filter(({ object }) => object.spec.scope !== 'Mesh')
    .flatMap(({ object }) => limitEntries(object).map((entry) => ({ ...entry, limit: object.spec.limit })))
  const shared = asksService ? limits.flatMap(({ object }) => meshLimitRules(object)) : []
  if (own.length + shared.length === 0) return {}
  return {
    rateLimits: [...own.map(({ actions }) => ({ actions: [...actions] })), ...shared],
    ...(own.length === 0 ? {} : { typedPerFilterConfig: { [rateLimitFilter]: localRateLimit(own) } }),
  }
}

type OwnLimit = LimitEntry & { readonly limit: RateLimit['spec']['limit'] }

function localRateLimit(limits: readonly OwnLimit[]): Any {
  const always = { defaultValue: fractionalPercent(100) }
  return pack(LocalRateLimitSchema, {
    statPrefix: 'rate_limit',
    filterEnabled: always,
    filterEnforced: always,
    descriptors: limits.map(({ descriptor, limit }) => ({
      entries: [...descriptor],
      tokenBucket: tokenBucket(limit),
    })),
    // For what no limit speaks of; Envoy demands one.
    tokenBucket: { maxTokens: unlimited, tokensPerFill: unlimited, fillInterval: duration(1000) },
    alwaysConsumeDefaultTokenBucket: false,
  })
}

function tokenBucket({ requests, interval, burst = requests }: RateLimit['spec']['limit']) {
  return { maxTokens: burst, tokensPerFill: requests, fillInterval: duration(parseDuration(interval) ?? 0) }
}

const unlimited = 0xffff_ffff
