import { durationMs } from '@heddle/engine/duration-ms'
import type { TokenBucketRate } from '@heddle/engine/limit/token-bucket'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { BackoffStrategy } from '@heddle/shared/xds/generated/envoy/config/core/v3/backoff_pb'
import {
  type HeaderValue,
  HeaderValueSchema,
  RetryPolicySchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  ApiConfigSource_ApiType as Api,
  type ApiConfigSource,
  ApiConfigSourceSchema,
  ApiVersion,
  type RateLimitSettings,
  RateLimitSettingsSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import {
  GrpcService_EnvoyGrpcSchema,
  GrpcServiceSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/grpc_service_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { plainHeader } from './plain-header.ts'

/** How a control plane is spoken with over gRPC: `envoy.config.core.v3.ApiConfigSource`. */
export type GrpcSource = {
  /** The static cluster that it is reached by. */
  readonly cluster: string
  /** By differences, or state of the world. */
  readonly apiType: 'DELTA_GRPC' | 'GRPC'
  /** `envoy_grpc.authority`; "" for the server's address. */
  readonly authority: string
  /** `initial_metadata`: header fields of every call. */
  readonly metadata: readonly (readonly [name: string, value: string])[]
  /** `envoy_grpc.retry_policy.retry_back_off`: between a stream's end and the next. */
  readonly backoff: { readonly baseMs: number; readonly maxMs: number }
  /** `set_node_on_first_message_only`; else every request says who asks. */
  readonly isNodeSaidOnce: boolean
  /** `envoy_grpc.max_receive_message_length`. */
  readonly messageBytesMax: number
  /** `rate_limit_settings`: how fast it is asked and answered; undefined: as fast as there is something to say. */
  readonly requestRate: TokenBucketRate | undefined
}

const supported = new Set([
  'api_type',
  'transport_api_version',
  'grpc_services',
  'set_node_on_first_message_only',
  'rate_limit_settings',
  // Of REST, as Envoy reads it: a stream is not asked now and then, and its answers may take their time.
  'refresh_delay',
  'request_timeout',
])
// `timeout` is for a call that ends: a stream has none.
const supportedService = new Set(['envoy_grpc', 'timeout', 'initial_metadata'])
const supportedEnvoyGrpc = new Set([
  'cluster_name',
  'authority',
  'retry_policy',
  'max_receive_message_length',
  // None are sent.
  'skip_envoy_headers',
])
// How often is not said to a stream: it is opened again for ever.
const supportedRetry = new Set(['retry_back_off', 'num_retries'])

const messageBytesMaxDefault = 64 * 1024 * 1024
const backoffDefault = { baseMs: 500, maxMs: 30_000 }

/** Throws `ResourceRejected` with the path of what is not done. */
export function decodeGrpcSource(message: ApiConfigSource, at: string): GrpcSource {
  if (message.apiType !== Api.DELTA_GRPC && message.apiType !== Api.GRPC) {
    throw new ResourceRejected(
      `${at}.api_type`,
      `${Api[message.apiType] ?? message.apiType} is not supported yet: must be DELTA_GRPC or GRPC`,
    )
  }
  refuseUnsupported(ApiConfigSourceSchema, message, supported, at)
  if (message.transportApiVersion === ApiVersion.V2) {
    throw new ResourceRejected(`${at}.transport_api_version`, 'V2 is not spoken any more')
  }
  const [service] = message.grpcServices
  const path = `${at}.grpc_services[0]`
  if (message.grpcServices.length > 1) throw new ResourceRejected(`${at}.grpc_services[1]`, 'must be one service only')
  if (service?.targetSpecifier.case !== 'envoyGrpc') throw new ResourceRejected(path, 'must be envoy_grpc')
  refuseUnsupported(GrpcServiceSchema, service, supportedService, path)
  const { value: target } = service.targetSpecifier
  refuseUnsupported(GrpcService_EnvoyGrpcSchema, target, supportedEnvoyGrpc, `${path}.envoy_grpc`)
  if (target.clusterName === '') throw new ResourceRejected(`${path}.envoy_grpc.cluster_name`, 'must not be empty')
  const retry = target.retryPolicy
  if (retry) refuseUnsupported(RetryPolicySchema, retry, supportedRetry, `${path}.envoy_grpc.retry_policy`)
  return {
    cluster: target.clusterName,
    apiType: message.apiType === Api.GRPC ? 'GRPC' : 'DELTA_GRPC',
    authority: target.authority,
    metadata: service.initialMetadata.map((each, index) => fieldOf(each, `${path}.initial_metadata[${index}]`)),
    backoff: decodeBackoff(retry?.retryBackOff, `${path}.envoy_grpc.retry_policy.retry_back_off`),
    isNodeSaidOnce: message.setNodeOnFirstMessageOnly,
    messageBytesMax: target.maxReceiveMessageLength ?? messageBytesMaxDefault,
    requestRate: message.rateLimitSettings && decodeRate(message.rateLimitSettings, `${at}.rate_limit_settings`),
  }
}

/** What tells one source from another that has a resource of the same name. */
export function sourceText({ cluster, apiType, authority, metadata }: GrpcSource): string {
  const fields = metadata.map(([name, value]) => ` ${name}=${value}`).join('')
  return `cluster ${cluster} by ${apiType}${authority === '' ? '' : ` as ${authority}`}${fields}`
}

function fieldOf(message: HeaderValue, at: string): readonly [string, string] {
  refuseUnsupported(HeaderValueSchema, message, new Set(['key', 'value']), at)
  return plainHeader(message, at)
}

/** A slower rate than once a year is one of once a year (Envoy). */
const fillsPerSecondMin = 1 / (365 * 86_400)

function decodeRate(message: RateLimitSettings, at: string): TokenBucketRate {
  refuseUnsupported(RateLimitSettingsSchema, message, new Set(['max_tokens', 'fill_rate']), at)
  const { maxTokens = 100, fillRate = 10 } = message
  if (maxTokens === 0)
    throw new ResourceRejected(`${at}.max_tokens`, 'must be at least 1, or nothing is ever asked for')
  if (!(fillRate > 0 && Number.isFinite(fillRate))) throw new ResourceRejected(`${at}.fill_rate`, 'must be more than 0')
  return { tokensMax: maxTokens, tokensPerMs: Math.max(fillRate, fillsPerSecondMin) / 1000 }
}

function decodeBackoff(message: BackoffStrategy | undefined, at: string): GrpcSource['backoff'] {
  if (message === undefined) return backoffDefault
  const baseMs = durationMs(message.baseInterval)
  if (baseMs === undefined || baseMs < 1) throw new ResourceRejected(`${at}.base_interval`, 'must be at least 1 ms')
  const maxMs = durationMs(message.maxInterval) ?? baseMs * 10
  if (maxMs < baseMs) throw new ResourceRejected(`${at}.max_interval`, 'must not be less than base_interval')
  return { baseMs, maxMs }
}
