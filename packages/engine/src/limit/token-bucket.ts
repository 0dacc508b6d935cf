import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TokenBucket as TokenBucketMessage } from '@heddle/shared/xds/generated/envoy/type/v3/token_bucket_pb'
import { durationMs } from '../duration-ms.ts'

/** How a bucket fills. It begins full. */
export type TokenBucketRate = {
  readonly tokensMax: number
  readonly tokensPerMs: number
  /** What the bucket would hold of which this is a worker's part; undefined: it is no part. */
  readonly wholeMax?: number
}

/** Envoy refuses shorter ones. */
const fillIntervalMinMs = 50

/** One bucket; it fills as time passes, not in steps, as Envoy's. */
export class TokenBucket {
  readonly rate: TokenBucketRate
  private tokens: number
  private filledMs: number

  constructor(rate: TokenBucketRate, nowMs: number) {
    this.rate = rate
    this.tokens = rate.tokensMax
    this.filledMs = nowMs
  }

  /** False: there are not so many whole tokens left, and none is taken. A negative count gives some back. */
  take(nowMs: number, count = 1): boolean {
    if (!this.holds(nowMs, count)) return false
    this.tokens = Math.min(this.rate.tokensMax, this.tokens - count)
    return true
  }

  holds(nowMs: number, count = 1): boolean {
    this.fill(nowMs)
    return this.tokens >= this.needed(count)
  }

  /** Whole tokens that are left. */
  get remaining(): number {
    return Math.max(0, Math.floor(this.tokens))
  }

  /** Whole seconds until the next token; 0 while there is one. */
  resetS(nowMs: number): number {
    return Math.ceil(this.resetMs(nowMs) / 1000)
  }

  /** Milliseconds until there are so many tokens; Infinity when there never are. */
  resetMs(nowMs: number, count = 1): number {
    if (this.holds(nowMs, count)) return 0
    return (this.needed(count) - this.tokens) / this.rate.tokensPerMs
  }

  /**
   * What the whole bucket holds, a worker's part of it must give too, or a count that is larger than the part would never
   * pass: the part gives all that it has and owes the rest.
   */
  private needed(count: number): number {
    const { tokensMax, wholeMax = tokensMax } = this.rate
    if (count <= tokensMax) return count
    return count <= wholeMax ? tokensMax : Number.POSITIVE_INFINITY
  }

  private fill(nowMs: number): void {
    const { tokensMax, tokensPerMs } = this.rate
    this.tokens = Math.min(tokensMax, this.tokens + (nowMs - this.filledMs) * tokensPerMs)
    this.filledMs = nowMs
  }
}

export function compileTokenBucket(message: TokenBucketMessage, path: string): TokenBucketRate {
  if (message.maxTokens === 0) throw new ResourceRejected(`${path}.max_tokens`, 'must be at least 1')
  const intervalMs = durationMs(message.fillInterval)
  if (intervalMs === undefined) throw new ResourceRejected(`${path}.fill_interval`, 'is required')
  if (intervalMs < fillIntervalMinMs) {
    throw new ResourceRejected(`${path}.fill_interval`, `must be at least ${fillIntervalMinMs} ms`)
  }
  const perFill = message.tokensPerFill ?? 1
  if (perFill === 0) throw new ResourceRejected(`${path}.tokens_per_fill`, 'must be at least 1')
  return { tokensMax: message.maxTokens, tokensPerMs: perFill / intervalMs }
}
