import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  RateLimitPerRouteSchema,
  RateLimitSchema,
  RateLimit_XRateLimitHeadersRFCVersion as Version,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileHeaderEdits } from '../mutate/compile-header-edits.ts'
import type { HeaderEdit } from '../mutate/header-edit.ts'
import type { RuntimeShare } from '../runtime/runtime-values.ts'
import { runtimeShareOf } from '../runtime/share.ts'
import { virtualHostRules } from './compile-local-rate-limit.ts'
import { compileFilterRules } from './compile-rate-limit-rules.ts'
import type { VirtualHostRules } from './local-rate-limit.ts'
import type { RateLimitRule } from './rate-limit-rule.ts'
import { compileRateLimitService, type RateLimitService } from './rate-limit-service.ts'

/** `envoy.extensions.filters.http.ratelimit.v3.RateLimit`, compiled: a service counts for many proxies. */
export type GlobalRateLimit = RateLimitService & {
  readonly domain: string
  readonly stage: number
  readonly virtualHostRules: VirtualHostRules
  /** `rate_limits` of the filter: they hold instead of those of routes and virtual hosts. */
  readonly rules: readonly RateLimitRule[] | undefined
  /** Which requests it asks about; undefined: all. */
  readonly asksInternal: boolean | undefined
  /** Requests that are asked about, and of those the ones that are refused when it is over. */
  readonly enabled: RuntimeShare
  readonly enforced: RuntimeShare
  /** When the service is not there: the share of requests that is refused, and with what. */
  readonly denied: RuntimeShare
  readonly errorStatus: number
  readonly status: number
  readonly isResourceExhausted: boolean
  /** Marks the answer with `x-envoy-ratelimited`. */
  readonly isMarked: boolean
  /** Says `x-ratelimit-limit`, `-remaining` and `-reset` in every answer. */
  readonly tellsLimit: boolean
  readonly responseEdits: readonly HeaderEdit[]
}

/** What a route says instead. */
export type GlobalRateLimitOverride = Pick<GlobalRateLimit, 'domain' | 'virtualHostRules' | 'rules'>

const supported = new Set([
  'domain',
  'stage',
  'request_type',
  'timeout',
  'failure_mode_deny',
  'failure_mode_deny_percent',
  'rate_limited_as_resource_exhausted',
  'rate_limit_service',
  'enable_x_ratelimit_headers',
  'disable_x_envoy_ratelimited_header',
  'rate_limited_status',
  'response_headers_to_add',
  'status_on_error',
  'filter_enabled',
  'filter_enforced',
  'rate_limits',
  // There are no counters by it.
  'stat_prefix',
])

export function compileGlobalRateLimit(bytes: Uint8Array, path: string): GlobalRateLimit {
  const message = fromBinary(RateLimitSchema, bytes)
  refuseUnsupported(RateLimitSchema, message, supported, path)
  if (message.domain === '') throw new ResourceRejected(`${path}.domain`, 'must not be empty')
  if (message.stage > 10) throw new ResourceRejected(`${path}.stage`, 'must be at most 10')
  const code = message.rateLimitedStatus?.code ?? 0
  return {
    domain: message.domain,
    stage: message.stage,
    virtualHostRules: 'override',
    rules: compileFilterRules(message.rateLimits, `${path}.rate_limits`),
    asksInternal: asksInternal(message.requestType, `${path}.request_type`),
    ...compileRateLimitService(message, path),
    enabled: runtimeShareOf(message.filterEnabled, 1, `${path}.filter_enabled`, 'ratelimit.http_filter_enabled'),
    enforced: runtimeShareOf(message.filterEnforced, 1, `${path}.filter_enforced`, 'ratelimit.http_filter_enforcing'),
    denied: runtimeShareOf(
      message.failureModeDenyPercent,
      message.failureModeDeny ? 1 : 0,
      `${path}.failure_mode_deny_percent`,
    ),
    errorStatus: message.statusOnError?.code || 500,
    status: code < 400 ? 429 : code,
    isResourceExhausted: message.rateLimitedAsResourceExhausted,
    isMarked: !message.disableXEnvoyRatelimitedHeader,
    tellsLimit: message.enableXRatelimitHeaders === Version.DRAFT_VERSION_03,
    responseEdits: compileHeaderEdits(message.responseHeadersToAdd, [], `${path}.response_headers`),
  }
}

function asksInternal(type: string, path: string): boolean | undefined {
  switch (type) {
    case '':
    case 'both':
      return undefined
    case 'internal':
    case 'external':
      return type === 'internal'
    default:
      throw new ResourceRejected(path, `"${type}" is none of internal, external, both`)
  }
}

export function compileGlobalRateLimitOverride(bytes: Uint8Array, path: string): GlobalRateLimitOverride {
  const message = fromBinary(RateLimitPerRouteSchema, bytes)
  refuseUnsupported(RateLimitPerRouteSchema, message, new Set(['vh_rate_limits', 'rate_limits', 'domain']), path)
  return {
    domain: message.domain,
    // The same words as the local filter's, under their own type.
    virtualHostRules: virtualHostRules(message.vhRateLimits as number, `${path}.vh_rate_limits`),
    rules: compileFilterRules(message.rateLimits, `${path}.rate_limits`),
  }
}
