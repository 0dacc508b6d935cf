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
import { compileHeaderEdits } from '../mutate/compile-header-edits.ts'
import type { HeaderEdit } from '../mutate/header-edit.ts'
import { virtualHostRules } from './compile-local-rate-limit.ts'
import type { VirtualHostRules } from './local-rate-limit.ts'

/** `envoy.extensions.filters.http.ratelimit.v3.RateLimit`, compiled: a service counts for many proxies. */
export type GlobalRateLimit = {
  readonly domain: string
  readonly stage: number
  readonly virtualHostRules: VirtualHostRules
  /** Of the service. */
  readonly cluster: string
  readonly timeoutMs: number
  /** What is answered when the service is not there; undefined lets the request pass. */
  readonly errorStatus: number | undefined
  readonly status: number
  readonly isResourceExhausted: boolean
  /** Marks the answer with `x-envoy-ratelimited`. */
  readonly isMarked: boolean
  readonly responseEdits: readonly HeaderEdit[]
}

/** What a route says instead. */
export type GlobalRateLimitOverride = Pick<GlobalRateLimit, 'domain' | 'virtualHostRules'>

const supported = new Set([
  'domain',
  'stage',
  'request_type',
  'timeout',
  'failure_mode_deny',
  'rate_limited_as_resource_exhausted',
  'rate_limit_service',
  'enable_x_ratelimit_headers',
  'disable_x_envoy_ratelimited_header',
  'rate_limited_status',
  'response_headers_to_add',
  'status_on_error',
  // There are no counters by it.
  'stat_prefix',
])
const defaultTimeoutMs = 20

export function compileGlobalRateLimit(bytes: Uint8Array, path: string): GlobalRateLimit {
  const message = fromBinary(RateLimitSchema, bytes)
  refuseUnsupported(RateLimitSchema, message, supported, path)
  if (message.domain === '') throw new ResourceRejected(`${path}.domain`, 'must not be empty')
  if (message.stage > 10) throw new ResourceRejected(`${path}.stage`, 'must be at most 10')
  if (message.requestType !== '' && message.requestType !== 'both') {
    throw new ResourceRejected(`${path}.request_type`, `"${message.requestType}" is not supported yet`)
  }
  if (message.enableXRatelimitHeaders !== Version.OFF) {
    throw new ResourceRejected(`${path}.enable_x_ratelimit_headers`, 'not supported yet')
  }
  const code = message.rateLimitedStatus?.code ?? 0
  const errorCode = message.statusOnError?.code ?? 0
  return {
    domain: message.domain,
    stage: message.stage,
    virtualHostRules: 'override',
    cluster: clusterOf(message, `${path}.rate_limit_service`),
    timeoutMs: durationMs(message.timeout) ?? defaultTimeoutMs,
    errorStatus: message.failureModeDeny ? (errorCode === 0 ? 500 : errorCode) : undefined,
    status: code < 400 ? 429 : code,
    isResourceExhausted: message.rateLimitedAsResourceExhausted,
    isMarked: !message.disableXEnvoyRatelimitedHeader,
    responseEdits: compileHeaderEdits(message.responseHeadersToAdd, [], `${path}.response_headers`),
  }
}

export function compileGlobalRateLimitOverride(bytes: Uint8Array, path: string): GlobalRateLimitOverride {
  const message = fromBinary(RateLimitPerRouteSchema, bytes)
  refuseUnsupported(RateLimitPerRouteSchema, message, new Set(['vh_rate_limits', 'domain']), path)
  return {
    domain: message.domain,
    // The same words as the local filter's, under their own type.
    virtualHostRules: virtualHostRules(message.vhRateLimits as number, `${path}.vh_rate_limits`),
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
