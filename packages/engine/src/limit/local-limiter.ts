import type { LimitedDescriptor, LocalRateLimit } from './local-rate-limit.ts'
import type { Description, Descriptor } from './rate-limit-rule.ts'
import { TokenBucket } from './token-bucket.ts'

/** Part of a description that counts. */
type Asked = Pick<Description, 'entries'> & {
  readonly hits?: Description['hits']
  readonly rule?: Pick<Description['rule'], 'tellsLimit'>
}
type Counted = {
  readonly bucket: TokenBucket
  readonly hits: number
  readonly isShadow: boolean
  readonly tally?: LimitTally | undefined
  readonly asked: Asked
}
type ExactBucket = { readonly bucket: TokenBucket; readonly isShadow: boolean; readonly tally?: LimitTally | undefined }

/** Requests that a bucket was asked about. */
export type LimitTally = { requests: number }

/** The buckets of one local rate limit: one set per configuration, or per connection where it says so. */
export class LocalLimiter {
  private readonly fallback: TokenBucket | undefined
  private readonly consumesDefault: boolean
  private readonly exact = new Map<string, ExactBucket>()
  private readonly wildcards: WildcardBuckets[] = []
  /** The bucket that decided last. */
  decidedBy: TokenBucket | undefined
  /** A bucket in shadow mode had not enough for the last request. */
  isShadowed = false
  /** How the request is described that it decided on; undefined: the bucket for all others decided. */
  decidedAs: Descriptor | undefined
  /** Whether the description that decided last wants its limit told; undefined: it does not say. */
  tellsLimit: boolean | undefined

  /** `tallyOf`: where the requests that fall under a descriptor without open values are counted. */
  constructor(
    { bucket, descriptors, consumesDefault, valuesMax }: LocalRateLimit,
    nowMs: number,
    tallyOf: (descriptor: LimitedDescriptor) => LimitTally | undefined = () => undefined,
  ) {
    this.fallback = bucket && new TokenBucket(bucket, nowMs)
    this.consumesDefault = consumesDefault
    for (const descriptor of descriptors) {
      const { entries, rate, isShadow } = descriptor
      if (entries.some(({ value }) => value === '')) this.wildcards.push(new WildcardBuckets(descriptor, valuesMax))
      else {
        const tally = tallyOf(descriptor)
        this.exact.set(identityOf(entries), { bucket: new TokenBucket(rate, nowMs), isShadow, tally })
      }
    }
  }

  /**
   * Takes from every bucket that the request falls into, the slowest first; false when one has not enough. `members`: how
   * many proxies share what the buckets hold; one of them takes for all of them.
   */
  allow(asked: readonly Asked[], nowMs: number, members = 1): boolean {
    const counted = asked.length === 0 ? none : this.countedBy(asked, nowMs)
    this.isShadowed = false
    for (const each of counted) {
      this.decide(each.bucket, each)
      if (each.bucket.take(nowMs, each.hits * members)) continue
      if (!each.isShadow) return false
      this.isShadowed = true
    }
    this.decide(counted[0]?.bucket ?? this.fallback, counted[0])
    if (this.fallback === undefined || (counted.length > 0 && !this.consumesDefault)) return true
    if (this.fallback.take(nowMs, members)) return true
    this.decide(this.fallback, undefined)
    return false
  }

  private decide(bucket: TokenBucket | undefined, counted: Counted | undefined): void {
    this.decidedBy = bucket
    this.decidedAs = counted?.asked.entries
    this.tellsLimit = counted?.asked.rule?.tellsLimit
  }

  private countedBy(asked: readonly Asked[], nowMs: number): readonly Counted[] {
    const counted: Counted[] = []
    for (const each of asked) {
      const { entries, hits = 1 } = each
      const found =
        this.exact.get(identityOf(entries)) ??
        this.wildcards.find((wildcard) => wildcard.takes(entries))?.bucketFor(entries, nowMs)
      if (found === undefined) continue
      if (found.tally !== undefined) found.tally.requests++
      counted.push({ ...found, hits, asked: each })
    }
    return counted.sort((a, b) => a.bucket.rate.tokensPerMs - b.bucket.rate.tokensPerMs)
  }
}

const none: readonly Counted[] = []

class WildcardBuckets {
  private readonly descriptor: LimitedDescriptor
  private readonly valuesMax: number
  private readonly buckets = new Map<string, TokenBucket>()

  /** The value that was used longest ago gives way. */
  constructor(descriptor: LimitedDescriptor, valuesMax: number) {
    this.descriptor = descriptor
    this.valuesMax = valuesMax
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

  bucketFor(asked: Descriptor, nowMs: number): ExactBucket {
    const { buckets, valuesMax } = this
    const identity = identityOf(asked)
    const bucket = buckets.get(identity) ?? new TokenBucket(this.descriptor.rate, nowMs)
    // Set anew, so that the order of the map is that of the last use.
    buckets.delete(identity)
    buckets.set(identity, bucket)
    if (buckets.size > valuesMax) buckets.delete(buckets.keys().next().value as string) // it is not empty
    return { bucket, isShadow: this.descriptor.isShadow }
  }
}

function identityOf(descriptor: Descriptor): string {
  let identity = ''
  for (const { key, value } of descriptor) identity += `${key}\u0000${value}\u0001`
  return identity
}
