import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { ApiVersion } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import type { RateLimitServiceConfig } from '@heddle/shared/xds/generated/envoy/config/ratelimit/v3/rls_pb'
import { durationMs } from '../duration-ms.ts'

/** Who counts for many proxies (`rate_limit_service`), and how long its answer is waited for. */
export type RateLimitService = {
  readonly cluster: string
  /** Infinity: it is waited for as long as the connection lasts. */
  readonly timeoutMs: number
}

const defaultTimeoutMs = 20

/** Of a filter for requests or for connections. */
export function compileRateLimitService(
  {
    rateLimitService: service,
    timeout,
  }: {
    readonly rateLimitService?: RateLimitServiceConfig | undefined
    readonly timeout?: Parameters<typeof durationMs>[0]
  },
  path: string,
): RateLimitService {
  const at = `${path}.rate_limit_service`
  if (service === undefined) throw new ResourceRejected(at, 'is required')
  if (service.transportApiVersion !== ApiVersion.V3) {
    throw new ResourceRejected(`${at}.transport_api_version`, 'must be V3')
  }
  const target = service.grpcService?.targetSpecifier
  if (target?.case !== 'envoyGrpc' || target.value.clusterName === '') {
    throw new ResourceRejected(`${at}.grpc_service.envoy_grpc.cluster_name`, 'is required')
  }
  const timeoutMs = durationMs(timeout) ?? defaultTimeoutMs
  return { cluster: target.value.clusterName, timeoutMs: timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs }
}
