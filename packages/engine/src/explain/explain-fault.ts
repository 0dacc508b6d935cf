import { isFromNode } from '../fault/decide-fault.ts'
import type { FaultPolicy } from '../fault/fault-policy.ts'
import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import type { RequestView } from '../request/request-view.ts'

/** Whether a fault may act on a request, and if not, what keeps it from that. */
export type FaultNote = {
  readonly policy: FaultPolicy
  readonly reason:
    | { readonly kind: 'applies' }
    | { readonly kind: 'expired' }
    | { readonly kind: 'other-cluster' }
    | { readonly kind: 'other-caller' }
    | { readonly kind: 'header'; readonly matcher: HeaderMatcher }
}

/** Says of `faultApplies` why; how many faults are active at the moment is left aside. */
export function explainFault(
  policy: FaultPolicy,
  request: RequestView,
  cluster: string | undefined,
  nowMs: number,
): FaultNote {
  if (policy.expiresAtMs <= nowMs) return { policy, reason: { kind: 'expired' } }
  if (policy.upstreamCluster !== '' && policy.upstreamCluster !== cluster) {
    return { policy, reason: { kind: 'other-cluster' } }
  }
  if (!isFromNode(policy, request)) return { policy, reason: { kind: 'other-caller' } }
  const header = policy.headers.find((matcher) => !matchesHeader(matcher, request))
  if (header !== undefined) return { policy, reason: { kind: 'header', matcher: header } }
  return { policy, reason: { kind: 'applies' } }
}
