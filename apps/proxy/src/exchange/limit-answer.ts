import type { GlobalRateLimit } from '@heddle/engine/limit/global-rate-limit'
import type { Description } from '@heddle/engine/limit/rate-limit-rule'
import type { RateLimitResponse } from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'

/** What a service said of a request, for the filter that asked it; several filters may have asked. */
export type LimitAnswer = {
  readonly limit: GlobalRateLimit
  readonly response: RateLimitResponse
  readonly descriptions: readonly Description[]
  readonly next: LimitAnswer | undefined
}
