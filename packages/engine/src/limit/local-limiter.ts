import type { LimitedDescriptor, LocalRateLimit } from './local-rate-limit.ts'
import type { Descriptor } from './rate-limit-rule.ts'
import { TokenBucket } from './token-bucket.ts'

/** Values that a wildcard keeps buckets for; the one that was used longest ago gives way. Envoy's default. */
const valuesMax = 20

/** The buckets of one local rate limit: one set per configuration, or per connection where it says so. */
export class LocalLimiter {
  private readonly fallback: TokenBucket | undefined
  private readonly consumesDefault: boolean
  private readonly exact = new Map<string, TokenBucket>()
  private readonly wildcards: WildcardBuckets[] = []
  /** The bucket that decided last. */
  decidedBy: TokenBucket | undefined

  constructor({ bucket, descriptors, consumesDefault }: LocalRateLimit, nowMs: number) {
    this.fallback = bucket && new TokenBucket(bucket, nowMs)
    this.consumesDefault = consumesDefault
    for (const descriptor of descriptors) {
      if (descriptor.entries.some(({ value }) => value === '')) this.wildcards.push(new WildcardBuckets(descriptor))
      else this.exact.set(identityOf(descriptor.entries), new TokenBucket(descriptor.rate, nowMs))
    }
  }

  /** Takes a token from every bucket that the request falls into, the slowest first; false when one has none. */
  allow(descriptors: readonly Descriptor[], nowMs: number): boolean {
    const buckets = descriptors.length === 0 ? none : this.bucketsFor(descriptors, nowMs)
    for (const bucket of buckets) {
      this.decidedBy = bucket
      if (!bucket.take(nowMs)) return false
    }
    this.decidedBy = buckets[0] ?? this.fallback
    if (this.fallback === undefined || (buckets.length > 0 && !this.consumesDefault)) return true
    if (this.fallback.take(nowMs)) return true
    this.decidedBy = this.fallback
    return false
  }

  private bucketsFor(descriptors: readonly Descriptor[], nowMs: number): readonly TokenBucket[] {
    const buckets: TokenBucket[] = []
    for (const descriptor of descriptors) {
      const bucket =
        this.exact.get(identityOf(descriptor)) ??
        this.wildcards.find((wildcard) => wildcard.takes(descriptor))?.bucketFor(descriptor, nowMs)
      if (bucket !== undefined) buckets.push(bucket)
    }
    return buckets.sort((a, b) => a.rate.tokensPerMs - b.rate.tokensPerMs)
  }
}

const none: readonly TokenBucket[] = []

class WildcardBuckets {
  private readonly descriptor: LimitedDescriptor
  private readonly buckets = new Map<string, TokenBucket>()

  constructor(descriptor: LimitedDescriptor) {
    this.descriptor = descriptor
  }

  takes(asked: Descriptor): boolean {
    const { entries } = this.descriptor
    return (
      asked.length === entries.length &&
      entries.every(({ key, value }, index) => {
        const entry = asked[index]
        return entry?.key === key && (value === '' || entry.value === value)
      })
    )
  }

  bucketFor(asked: Descriptor, nowMs: number): TokenBucket {
    const { buckets } = this
    const identity = identityOf(asked)
    const bucket = buckets.get(identity) ?? new TokenBucket(this.descriptor.rate, nowMs)
    // Set anew, so that the order of the map is that of the last use.
    buckets.delete(identity)
    buckets.set(identity, bucket)
    if (buckets.size > valuesMax) buckets.delete(buckets.keys().next().value as string) // it is not empty
    return bucket
  }
}

function identityOf(descriptor: Descriptor): string {
  let identity = ''
  for (const { key, value } of descriptor) identity += `${key}\u0000${value}\u0001`
  return identity
}
