import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  RateLimitResponse_Code as Code,
  type RateLimitResponse_DescriptorStatusSchema,
  type RateLimitResponseSchema,
  RateLimitResponse_RateLimit_Unit as Unit,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { limitedByKey } from '../snapshot/limit-descriptor.ts'
import type { LimitAnswer, LimitStatus } from './rate-limiter.ts'

/** Longer waits are told as this one: an override of 0 requests never lets anything through. */
const resetMaxMs = 365 * 24 * 3600 * 1000

/** The answer as Envoy reads it. A refused caller is told by `retry-after` (RFC 9110, section 10.2.3) when to come back. */
export function toLimitResponse({ isOver, statuses }: LimitAnswer): MessageInitShape<typeof RateLimitResponseSchema> {
  const limit = refusingLimit(statuses)
  return {
    overallCode: isOver ? Code.OVER_LIMIT : Code.OK,
    statuses: statuses.map(toStatus),
    // What a proxy that cannot tell descriptors apart afterwards, as an Envoy, writes into its log.
    ...(limit === undefined ? {} : { dynamicMetadata: { [limitedByKey]: `RateLimit/${limit}` } }),
    responseHeadersToAdd: isOver ? [{ key: 'retry-after', value: String(retryAfterS(statuses)) }] : [],
  }
}

function toStatus(status: LimitStatus): MessageInitShape<typeof RateLimitResponse_DescriptorStatusSchema> {
  if (status.kind === 'unlimited') return { code: Code.OK }
  const resetMs = Math.min(resetMaxMs, Math.ceil(status.resetMs))
  return {
    code: status.isOver ? Code.OVER_LIMIT : Code.OK,
    currentLimit: { name: status.name, requestsPerUnit: status.requests, unit: unitOf(status.intervalMs) },
    limitRemaining: status.remaining,
    durationUntilReset: { seconds: BigInt(Math.floor(resetMs / 1000)), nanos: (resetMs % 1000) * 1_000_000 },
  }
}

/** "shop/charges"; undefined also when the asker brought the limit along. */
function refusingLimit(statuses: readonly LimitStatus[]): string | undefined {
  for (const each of statuses) if (each.kind === 'counted' && each.isOver && each.name.includes('/')) return each.name
  return undefined
}

/** The longest of those that refused, at least a second. */
function retryAfterS(statuses: readonly LimitStatus[]): number {
  const waits = statuses.map((each) => (each.kind === 'counted' && each.isOver ? each.resetMs : 0))
  return Math.max(1, Math.ceil(Math.min(resetMaxMs, Math.max(...waits)) / 1000))
}

/** UNKNOWN for an interval that Envoy has no word for. */
function unitOf(intervalMs: number): Unit {
  switch (intervalMs) {
    case 1000:
      return Unit.SECOND
    case 60_000:
      return Unit.MINUTE
    case 3_600_000:
      return Unit.HOUR
    case 86_400_000:
      return Unit.DAY
    default:
      return Unit.UNKNOWN
  }
}
