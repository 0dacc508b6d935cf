import type { TokenBucket } from '@heddle/engine/limit/token-bucket'
import { limitKey } from '@heddle/shared/model/limit-id'
import { limitDomain, versionKey } from '../snapshot/limit-descriptor.ts'
import { identityOf } from './counted-identity.ts'
import { LimitCounters } from './limit-counters.ts'
import type { LimitRule, LimitRules } from './limit-rules.ts'
import type { LimitDescriptor, LimitRequest } from './read-limit-request.ts'

/** What is said of one descriptor. */
export type LimitStatus =
  /** No limit speaks of it: it passes. */
  | { readonly kind: 'unlimited' }
  | {
      readonly kind: 'counted'
      readonly isOver: boolean
      readonly name: string
      /** So many in the interval. */
      readonly requests: number
      readonly intervalMs: number
      /** Whole requests that are left now. */
      readonly remaining: number
      /** Until one passes again; 0 while one does. */
      readonly resetMs: number
    }

export type LimitAnswer = { readonly isOver: boolean; readonly statuses: readonly LimitStatus[] }

/** Decisions of one limit since the start. */
export type LimitTally = { passed: number; refused: number; shadowed: number }

/**
 * The counts that the proxies of a mesh share. Of a request that is refused no bucket is charged: one limit that is used up
 * does not use up the others.
 *
 * Counts are this replica's alone. Whoever wants one count has all proxies ask one replica.
 */
export class RateLimiter {
  private rules: LimitRules = new Map()
  private readonly counters: LimitCounters
  private readonly onCounted: (limit: string) => void
  /** By the limit's name. */
  readonly tallies = new Map<string, LimitTally>()

  /**
   * @param countersMax how many values are counted at once, over all limits; each takes some 400 bytes.
   * @param onCounted hears the name of a limit for each request that it was asked about.
   */
  constructor(countersMax = 100_000, onCounted: (limit: string) => void = () => undefined) {
    this.onCounted = onCounted
    this.counters = new LimitCounters(countersMax)
    this.setRules(new Map())
  }

  get size(): number {
    return this.counters.size
  }

  get evicted(): number {
    return this.counters.evicted
  }

  /** Counts of rules that stay as they are go on; those of others begin anew. */
  setRules(rules: LimitRules): void {
    this.rules = rules
    const all = [...rules.values()].flatMap(({ byVersion }) => [...byVersion.values()])
    this.counters.setRules([overrides, ...all.map(({ key }) => key)])
    const names = new Set(all.map(({ name }) => name))
    for (const name of this.tallies.keys()) if (!names.has(name)) this.tallies.delete(name)
    for (const name of names) {
      if (!this.tallies.has(name)) this.tallies.set(name, { passed: 0, refused: 0, shadowed: 0 })
    }
  }

  answer({ domain, descriptors }: LimitRequest, nowMs: number): LimitAnswer {
    const asked = descriptors.map((descriptor) => this.look(domain, descriptor, nowMs))
    const isOver = asked.some((each) => each !== undefined && !each.isShadow && !each.bucket.holds(nowMs, each.hits))
    const statuses = asked.map((each) => (each === undefined ? unlimited : this.count(each, isOver, nowMs)))
    return { isOver, statuses }
  }

  private count(asked: Asked, isRefused: boolean, nowMs: number): LimitStatus {
    const { bucket, hits, name, isShadow, requests, intervalMs } = asked
    const isOver = !bucket.holds(nowMs, hits)
    if (!isRefused && !isOver) bucket.take(nowMs, hits)
    const tally = this.tallies.get(name)
    if (tally !== undefined) {
      this.onCounted(name)
      if (!isOver) tally.passed++
      else if (isShadow) tally.shadowed++
      else tally.refused++
    }
    return {
      kind: 'counted',
      isOver: isOver && !isShadow,
      name,
      requests,
      intervalMs,
      remaining: bucket.remaining,
      resetMs: bucket.resetMs(nowMs, hits),
    }
  }

  private look(domain: string, descriptor: LimitDescriptor, nowMs: number): Asked | undefined {
    const { override, hits } = descriptor
    if (override !== undefined) {
      const { requests, intervalMs } = override
      const rate = { tokensMax: requests, tokensPerMs: requests / intervalMs }
      const counted = identityOf(domain, `${requests}/${intervalMs}`, descriptor)
      const bucket = this.counters.bucketOf(overrides, rate, counted, nowMs)
      return bucket && { bucket, hits, name: 'override', isShadow: false, requests, intervalMs }
    }
    const rule = domain === limitDomain ? this.ruleOf(descriptor) : undefined
    if (rule === undefined) return undefined
    const bucket = this.counters.bucketOf(rule.key, rule.rate, identityOf('', '', descriptor), nowMs)
    return bucket && { ...rule, bucket, hits }
  }

  private ruleOf({ entries }: LimitDescriptor): LimitRule | undefined {
    const [first, ...rest] = entries
    if (first?.key !== limitKey) return undefined
    const known = this.rules.get(first.value)
    if (known === undefined) return undefined
    const version = rest.find(({ key }) => key === versionKey)?.value ?? ''
    const rule = known.byVersion.get(version) ?? known.current
    return rest.every(({ key }) => rule.keys.has(key)) ? rule : undefined
  }
}

type Asked = Pick<LimitRule, 'name' | 'isShadow' | 'requests' | 'intervalMs'> & {
  readonly bucket: TokenBucket
  readonly hits: number
}

const unlimited: LimitStatus = { kind: 'unlimited' }
/** Names the counters of limits that askers bring along. */
const overrides = '*'
