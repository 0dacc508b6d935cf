import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { ApiVersion } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import {
  type RateLimit,
  RateLimitPerRouteSchema,
  RateLimitSchema,
  RateLimit_XRateLimitHeadersRFCVersion as Version,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { durationMs } from '../duration-ms.ts'
import { runtimeShareOf } from '../match/share.ts'
import { compileHeaderEdits } from '../mutate/compile-header-edits.ts'
import type { HeaderEdit } from '../mutate/header-edit.ts'
import { virtualHostRules } from './compile-local-rate-limit.ts'
import { compileFilterRules } from './compile-rate-limit-rules.ts'
import type { VirtualHostRules } from './local-rate-limit.ts'
import type { RateLimitRule } from './rate-limit-rule.ts'

/** `envoy.extensions.filters.http.ratelimit.v3.RateLimit`, compiled: a service counts for many proxies. */
export type GlobalRateLimit = {
  readonly domain: string
  readonly stage: number
  readonly virtualHostRules: VirtualHostRules
  /** `rate_limits` of the filter: they hold instead of those of routes and virtual hosts. */
  readonly rules: readonly RateLimitRule[] | undefined
  /** Which requests it asks about; undefined: all. */
  readonly asksInternal: boolean | undefined
  /** Of the service. */
  readonly cluster: string
  /** Infinity: it is waited for as long as the connection lasts. */
  readonly timeoutMs: number
  /** 0 to 1: the share of requests that are asked about, and of those the share that is refused when it is over. */
  readonly enabledShare: number
  readonly enforcedShare: number
  /** When the service is not there: the share of requests that is refused, and with what. */
  readonly denyShare: number
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
const defaultTimeoutMs = 20

export function compileGlobalRateLimit(bytes: Uint8Array, path: string): GlobalRateLimit {
  const message = fromBinary(RateLimitSchema, bytes)
  refuseUnsupported(RateLimitSchema, message, supported, path)
  if (message.domain === '') throw new ResourceRejected(`${path}.domain`, 'must not be empty')
  if (message.stage > 10) throw new ResourceRejected(`${path}.stage`, 'must be at most 10')
  const code = message.rateLimitedStatus?.code ?? 0
  const timeoutMs = durationMs(message.timeout) ?? defaultTimeoutMs
  return {
    domain: message.domain,
    stage: message.stage,
    virtualHostRules: 'override',
    rules: compileFilterRules(message.rateLimits, `${path}.rate_limits`),
    asksInternal: asksInternal(message.requestType, `${path}.request_type`),
    cluster: clusterOf(message, `${path}.rate_limit_service`),
    timeoutMs: timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs,
    enabledShare: runtimeShareOf(message.filterEnabled, 1, `${path}.filter_enabled`),
    enforcedShare: runtimeShareOf(message.filterEnforced, 1, `${path}.filter_enforced`),
    denyShare: runtimeShareOf(
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

function clusterOf({ rateLimitService: service }: RateLimit, path: string): string {
  if (service === undefined) throw new ResourceRejected(path, 'is required')
  if (service.transportApiVersion !== ApiVersion.V3) {
    throw new ResourceRejected(`${path}.transport_api_version`, 'must be V3')
  }
  const target = service.grpcService?.targetSpecifier
  if (target?.case !== 'envoyGrpc' || target.value.clusterName === '') {
    throw new ResourceRejected(`${path}.grpc_service.envoy_grpc.cluster_name`, 'is required')
  }
  return target.value.clusterName
}
