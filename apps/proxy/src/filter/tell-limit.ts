import type { TokenBucket } from '@heddle/engine/limit/token-bucket'
import {
  type RateLimitResponse,
  type RateLimitResponse_DescriptorStatus as Status,
  RateLimitResponse_RateLimit_Unit as Unit,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { nowMs } from '../clock/event-clock.ts'
import type { HeaderBlock } from '../message/header-block.ts'

/** `x-ratelimit-*` as in draft-polli-ratelimit-headers-03, of a bucket of our own. */
export function tellBucket(bucket: TokenBucket, headers: HeaderBlock): void {
  headers.set('x-ratelimit-limit', String(bucket.rate.tokensMax))
  headers.set('x-ratelimit-remaining', String(bucket.remaining))
  headers.set('x-ratelimit-reset', String(bucket.resetS(nowMs())))
}

/** The same of what a service counts: the limit that is closest to its end, and then all of them with their windows. */
export function tellStatuses({ statuses }: RateLimitResponse, tells: (index: number) => boolean, headers: HeaderBlock) {
  let closest: Status | undefined
  let windows = ''
  for (const [index, status] of statuses.entries()) {
    const { currentLimit } = status
    if (currentLimit === undefined || !tells(index)) continue
    if (closest === undefined || status.limitRemaining < closest.limitRemaining) closest = status
    const windowS = secondsOf(currentLimit.unit)
    if (windowS === 0) continue
    const name = currentLimit.name === '' ? '' : `;name="${currentLimit.name}"`
    windows += `, ${currentLimit.requestsPerUnit};w=${windowS}${name}`
  }
  if (closest === undefined) return
  headers.set('x-ratelimit-limit', `${closest.currentLimit?.requestsPerUnit ?? 0}${windows}`)
  headers.set('x-ratelimit-remaining', String(closest.limitRemaining))
  headers.set('x-ratelimit-reset', String(closest.durationUntilReset?.seconds ?? 0n))
}

function secondsOf(unit: Unit): number {
  switch (unit) {
    case Unit.SECOND:
      return 1
    case Unit.MINUTE:
      return 60
    case Unit.HOUR:
      return 3600
    case Unit.DAY:
      return 86_400
    case Unit.MONTH:
      return 30 * 86_400
    case Unit.YEAR:
      return 365 * 86_400
    default:
      return 0
  }
}
