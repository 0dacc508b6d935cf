import type { LocalRateLimit } from './local-rate-limit.ts'
import type { TokenBucketRate } from './token-bucket.ts'

/**
 * What one of several workers may do of a limit that is meant for the whole proxy. Connections spread over the workers, so
 * that each has about its part of the load; at least one is left to each, and none stays none.
 */
export function shareOfCount(limit: number, workers: number): number {
  return limit === 0 || !Number.isFinite(limit) ? limit : Math.max(1, Math.ceil(limit / workers))
}

export function shareOfRate({ tokensMax, tokensPerMs }: TokenBucketRate, workers: number): TokenBucketRate {
  return { tokensMax: shareOfCount(tokensMax, workers), tokensPerMs: tokensPerMs / workers, wholeMax: tokensMax }
}

/** A limit of one connection is whole: a connection stays with its worker. */
export function shareOfLocalLimit(limit: LocalRateLimit, workers: number): LocalRateLimit {
  if (workers === 1 || limit.isPerConnection) return limit
  return {
    ...limit,
    bucket: limit.bucket && shareOfRate(limit.bucket, workers),
    descriptors: limit.descriptors.map((each) => ({ ...each, rate: shareOfRate(each.rate, workers) })),
  }
}
