import { TokenBucket, type TokenBucketRate } from '@heddle/engine/limit/token-bucket'

/**
 * The buckets of all limits, in bounded memory. Every rule may have the same share of them; beyond it the one that was used
 * longest ago gives way, and begins full when it comes back. So whoever sends a new value with each request can make a
 * limit forget its own counts, and no other limit's.
 */
export class LimitCounters {
  private readonly countersMax: number
  private perRuleMax: number
  /** By rule and by what is counted; the order of the inner maps is that of the last use. */
  private rules = new Map<string, Map<string, TokenBucket>>()
  /** Since the start. */
  evicted = 0

  constructor(countersMax: number) {
    this.countersMax = countersMax
    this.perRuleMax = countersMax
  }

  get size(): number {
    let size = 0
    for (const counters of this.rules.values()) size += counters.size
    return size
  }

  /** Counts of rules that stay go on. */
  setRules(keys: Iterable<string>): void {
    const next = new Map<string, Map<string, TokenBucket>>()
    for (const key of keys) next.set(key, this.rules.get(key) ?? new Map())
    this.rules = next
    this.perRuleMax = Math.max(1, Math.floor(this.countersMax / Math.max(1, next.size)))
    for (const counters of next.values()) this.shrink(counters)
  }

  /** The bucket of one value of a rule. Asking for it is a use. */
  bucketOf(ruleKey: string, rate: TokenBucketRate, counted: string, nowMs: number): TokenBucket | undefined {
    const counters = this.rules.get(ruleKey)
    if (counters === undefined) return undefined
    const known = counters.get(counted)
    const bucket = known ?? new TokenBucket(rate, nowMs)
    if (known !== undefined) counters.delete(counted)
    counters.set(counted, bucket)
    if (known === undefined) this.shrink(counters)
    return bucket
  }

  private shrink(counters: Map<string, TokenBucket>): void {
    while (counters.size > this.perRuleMax) {
      counters.delete(counters.keys().next().value as string) // it is not empty
      this.evicted++
    }
  }
}
