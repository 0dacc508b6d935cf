import type { HeaderFormat } from '../mutate/header-format.ts'
import {
  type DescribedRequest,
  type DescriptorEntry,
  entryOf,
  formatted,
  type RateLimitAction,
  type RouteMetadata,
} from './rate-limit-action.ts'

/** `envoy.config.route.v3.RateLimit`, compiled: how a request is described to a rate limit. */
export type RateLimitRule = {
  readonly stage: number
  readonly actions: readonly RateLimitAction[]
  /** What the service is asked to hold instead of its own limit. */
  readonly override: { readonly requestsPerUnit: number; readonly unit: number } | undefined
  /** As how many requests one counts; undefined: as the filter has it, which is one. */
  readonly hits: { readonly count: number | HeaderFormat; readonly isNegative: boolean } | undefined
  /** Whether the answer tells the limit (`x_ratelimit_option`); undefined: as the filter has it. */
  readonly tellsLimit: boolean | undefined
  /** `disable_key`, as the runtime has it: for how many percent of the requests a service is asked; empty without one. */
  readonly percentKey: string
}

export type Descriptor = readonly DescriptorEntry[]

/** What one rule says of one request. */
export type Description = {
  readonly entries: Descriptor
  readonly rule: RateLimitRule
  /** 0 to 1,000,000,000; undefined: the rule does not say. */
  readonly hits: number | undefined
}

/** As much of it as a service is told. */
export type AskedDescription = Pick<Description, 'entries'> & {
  readonly hits?: Description['hits']
  readonly rule?: Pick<RateLimitRule, 'override' | 'hits'>
}

const hitsMax = 1_000_000_000

/** Adds the description by each rule of this stage whose actions all say something. Undefined: of every stage. */
export function describeRequest(
  rules: readonly RateLimitRule[],
  stage: number | undefined,
  described: DescribedRequest,
  metadata: RouteMetadata,
  descriptions: Description[],
): void {
  for (const rule of rules) {
    if (stage !== undefined && rule.stage !== stage) continue
    const entries = entriesOf(rule.actions, described, metadata)
    // One of which every entry was left out is asked about too (Envoy): what is unnamed is for the service to judge.
    if (entries === undefined) continue
    const hits = hitsOf(rule.hits, described)
    // What cannot be counted is not counted as something else.
    if (hits !== 'none') descriptions.push({ entries, rule, hits })
  }
}

function entriesOf(
  actions: readonly RateLimitAction[],
  described: DescribedRequest,
  metadata: RouteMetadata,
): DescriptorEntry[] | undefined {
  const entries: DescriptorEntry[] = []
  for (const action of actions) {
    const entry = entryOf(action, described, metadata)
    if (entry === undefined) return undefined
    if (entry !== 'skip') entries.push(entry)
  }
  return entries
}

function hitsOf(hits: RateLimitRule['hits'], { request }: DescribedRequest): number | 'none' | undefined {
  if (hits === undefined) return undefined
  if (typeof hits.count === 'number') return hits.count
  const text = formatted(hits.count, request)
  return /^\d{1,10}$/.test(text) && Number(text) <= hitsMax ? Number(text) : 'none'
}
