import type {
  RateLimitDescriptor_RateLimitOverride as Override,
  RateLimitDescriptor,
} from '@heddle/shared/xds/generated/envoy/extensions/common/ratelimit/v3/ratelimit_pb'
import type { RateLimitRequest } from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { RateLimitUnit } from '@heddle/shared/xds/generated/envoy/type/v3/ratelimit_unit_pb'
import { LimitRequestRefused } from './limit-request-refused.ts'

export type LimitRequest = {
  readonly domain: string
  readonly descriptors: readonly LimitDescriptor[]
}

export type LimitDescriptor = {
  readonly entries: readonly { readonly key: string; readonly value: string }[]
  /** As how many requests it counts (`hits_addend`); below 0 it gives back what others took. */
  readonly hits: number
  /** What the asker wants to hold instead of the rule. */
  readonly override: { readonly requests: number; readonly intervalMs: number } | undefined
}

const domainMax = 256
/** What a proxy makes of the limits of one service stays far below. */
const descriptorsMax = 1024
/** Envoy's. */
const hitsMax = 1_000_000_000n
const entriesMax = 16
const keyMax = 512
/** As long as a header may be. */
const valueMax = 64 * 1024

/** Reads what was asked, strictly. @throws LimitRequestRefused */
export function readLimitRequest({ domain, descriptors, hitsAddend }: RateLimitRequest): LimitRequest {
  if (domain === '' || domain.length > domainMax) refuse('domain', `must have 1 to ${domainMax} characters`)
  if (descriptors.length === 0) refuse('descriptors', 'must not be empty')
  if (descriptors.length > descriptorsMax) refuse('descriptors', `must be at most ${descriptorsMax}`)
  // 0 is what a sender that does not say has.
  const hits = Math.max(1, hitsAddend)
  return { domain, descriptors: descriptors.map((each, index) => readDescriptor(each, index, hits)) }
}

function readDescriptor(descriptor: RateLimitDescriptor, index: number, otherwise: number): LimitDescriptor {
  const { entries, limit, hitsAddend, isNegativeHits } = descriptor
  const at = `descriptors[${index}]`
  if (entries.length === 0 || entries.length > entriesMax) refuse(`${at}.entries`, `must be 1 to ${entriesMax}`)
  for (const [each, { key, value }] of entries.entries()) {
    const entry = `${at}.entries[${each}]`
    if (key === '' || key.length > keyMax) refuse(`${entry}.key`, `must have 1 to ${keyMax} characters`)
    if (value.length > valueMax) refuse(`${entry}.value`, `must have at most ${valueMax} characters`)
  }
  if (hitsAddend !== undefined && hitsAddend > hitsMax) refuse(`${at}.hits_addend`, `must be at most ${hitsMax}`)
  const hits = hitsAddend === undefined ? otherwise : Number(hitsAddend)
  return { entries, hits: isNegativeHits ? -hits : hits, override: limit && readOverride(limit, `${at}.limit`) }
}

function readOverride({ requestsPerUnit, unit }: Override, path: string) {
  const intervalMs = intervals.get(unit)
  if (intervalMs === undefined) refuse(`${path}.unit`, 'must be one of SECOND, MINUTE, HOUR, DAY, MONTH, YEAR')
  return { requests: requestsPerUnit, intervalMs }
}

const dayMs = 24 * 3600 * 1000
/** A month has 30 days, a year 365. */
const intervals: ReadonlyMap<RateLimitUnit, number> = new Map([
  [RateLimitUnit.SECOND, 1000],
  [RateLimitUnit.MINUTE, 60_000],
  [RateLimitUnit.HOUR, 3_600_000],
  [RateLimitUnit.DAY, dayMs],
  [RateLimitUnit.MONTH, 30 * dayMs],
  [RateLimitUnit.YEAR, 365 * dayMs],
])

function refuse(path: string, reason: string): never {
  throw new LimitRequestRefused(`${path}: ${reason}`)
}
