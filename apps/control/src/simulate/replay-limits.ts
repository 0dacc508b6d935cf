import type { HttpChainPolicy, Outcome } from '@heddle/engine/explain/possible-outcomes'
import { heldGlobalLimit, heldLocalLimit } from '@heddle/engine/filter/http-filter'
import { LocalLimiter } from '@heddle/engine/limit/local-limiter'
import type { LocalRateLimit } from '@heddle/engine/limit/local-rate-limit'
import type { DescribedRequest } from '@heddle/engine/limit/rate-limit-action'
import { descriptionsOf } from '@heddle/engine/limit/route-rate-limits'
import type { TokenBucketRate } from '@heddle/engine/limit/token-bucket'
import type { ClusterChoice } from '@heddle/engine/route/forward-action'
import type { Route } from '@heddle/engine/route/route'
import { type LimitRules, limitRules } from '../limits/limit-rules.ts'
import { RateLimiter } from '../limits/rate-limiter.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'

/** A record, as far as limits look at it. */
export type ReplayedRequest = {
  readonly proxyId: string
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** So many requests it stands for. */
  readonly weight: number
  readonly described: DescribedRequest
}

/**
 * The rate limits of one configuration, with requests of the past: they must come in the order of their time.
 *
 * A record stands for several requests that really came one by one. So that their coming together here refuses none of them,
 * every bucket holds as many more as the heaviest record stands for.
 */
export class LimitReplay {
  private readonly slack: number
  private readonly shared = new RateLimiter()
  /** What each proxy keeps by itself. */
  private readonly own = new Map<string, Map<LocalRateLimit, LocalLimiter>>()

  constructor(mesh: MeshConfig, weightMax: number) {
    this.slack = Math.ceil(weightMax) - 1
    this.shared.setRules(widened(limitRules([mesh.policies]), this.slack))
  }

  /** The share of what the record stands for that a limit refuses: 0 to 1. */
  refusedShare(chain: HttpChainPolicy, outcomes: readonly Outcome[], request: ReplayedRequest): number {
    const place = placeOf(outcomes)
    if (place === undefined) return 0
    const times = Math.max(1, Math.round(request.weight))
    let refused = 0
    for (let each = 0; each < times; each++) if (!this.passes(chain, place, request)) refused++
    return refused / times
  }

  private passes({ filters }: HttpChainPolicy, { route, choice }: Place, request: ReplayedRequest): boolean {
    const { action } = route
    if (action.kind !== 'forward') return true
    for (const filter of filters) {
      if (filter.kind === 'local-rate-limit') {
        const limit = heldLocalLimit(filter, route, choice)
        if (limit === undefined || limit.enabled.share === 0 || limit.enforced.share === 0) continue
        const descriptions = descriptionsOf(action, limit, request.described)
        if (!this.limiterOf(request, limit).allow(descriptions, request.atMs)) return false
      } else if (filter.kind === 'rate-limit') {
        const held = heldGlobalLimit(filter, route, choice)
        if (held === undefined) continue
        const { virtualHostRules, rules } = held
        const { stage, domain } = filter.limit
        const descriptions = descriptionsOf(action, { stage, virtualHostRules, rules }, request.described)
        if (descriptions.length === 0) continue
        const descriptors = descriptions.map(({ entries, hits = 1 }) => ({ entries, hits, override: undefined }))
        if (this.shared.answer({ domain: held.domain || domain, descriptors }, request.atMs).isOver) return false
      }
    }
    return true
  }

  private limiterOf({ proxyId, atMs }: ReplayedRequest, limit: LocalRateLimit): LocalLimiter {
    let ofProxy = this.own.get(proxyId)
    if (ofProxy === undefined) {
      ofProxy = new Map()
      this.own.set(proxyId, ofProxy)
    }
    let limiter = ofProxy.get(limit)
    if (limiter === undefined) {
      const descriptors = limit.descriptors.map((each) => ({ ...each, rate: wider(each.rate, this.slack) }))
      const bucket = limit.bucket && wider(limit.bucket, this.slack)
      limiter = new LocalLimiter({ ...limit, bucket, descriptors }, atMs)
      ofProxy.set(limit, limiter)
    }
    return limiter
  }
}

type Place = { readonly route: Route; readonly choice: ClusterChoice | undefined }

/** Where a request goes that is let in; limits stand behind authorization and before faults. */
function placeOf(outcomes: readonly Outcome[]): Place | undefined {
  for (const { end } of outcomes) {
    if (end.kind === 'forwarded') return { route: end.route, choice: end.choice }
    if (end.kind === 'aborted') return { route: end.route, choice: undefined }
  }
  return undefined
}

function widened(rules: LimitRules, slack: number): LimitRules {
  return new Map(
    [...rules].map(([id, { current, byVersion }]) => {
      const versions = [...byVersion].map(
        ([version, rule]) => [version, { ...rule, rate: wider(rule.rate, slack) }] as const,
      )
      return [id, { current: { ...current, rate: wider(current.rate, slack) }, byVersion: new Map(versions) }]
    }),
  )
}

function wider({ tokensMax, tokensPerMs }: TokenBucketRate, slack: number): TokenBucketRate {
  return { tokensMax: tokensMax + slack, tokensPerMs }
}
