import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import type { Random } from '../request/random.ts'
import type { RequestView } from '../request/request-view.ts'
import type { FaultPolicy } from './fault-policy.ts'

/*
 * Envoy's order: whether the fault concerns the request at all, then the delay is drawn, and when it is over the abort
 * is drawn, independently. Nothing here allocates.
 */

/**
 * Whether the fault may act on this request. `cluster` is the one that the request was given, `active` how many faults
 * this proxy is injecting at the moment. A fault that is past its expiry does nothing, whoever is still there to
 * remove it.
 */
export function faultApplies(
  policy: FaultPolicy,
  request: RequestView,
  cluster: string | undefined,
  nowMs: number,
  active: number,
): boolean {
  if (policy.expiresAtMs <= nowMs || active >= policy.activeMax) return false
  if (policy.upstreamCluster !== '' && policy.upstreamCluster !== cluster) return false
  for (let index = 0; index < policy.headers.length; index++) {
    if (!matchesHeader(policy.headers[index] as HeaderMatcher, request)) return false // in range
  }
  return true
}

/** How long to hold the request; 0 lets it pass at once. */
export function drawDelayMs({ delay }: FaultPolicy, random: Random): number {
  return delay !== undefined && random() < delay.share ? delay.delayMs : 0
}

/** What to answer instead of the upstream; undefined lets the request pass. */
export function drawAbort({ abort }: FaultPolicy, random: Random): FaultPolicy['abort'] {
  return abort !== undefined && random() < abort.share ? abort : undefined
}
