import type { AuthzDecision, AuthzPolicySet } from '../authz/authz-policy-set.ts'
import { evaluateAuthz, policyCovers } from '../authz/authz-policy-set.ts'
import { enforcedPolicies, type HttpFilter, heldFault, watchedPolicies } from '../filter/http-filter.ts'
import type { PeerView } from '../request/peer-view.ts'
import type { RequestView } from '../request/request-view.ts'
import type { ClusterChoice } from '../route/forward-action.ts'
import { findVirtualHost } from '../route/host-table.ts'
import type { Route } from '../route/route.ts'
import { unrouted } from '../route/unrouted.ts'
import { explainFault, type FaultNote } from './explain-fault.ts'
import { type Mismatch, mismatchOf } from './mismatch-of.ts'
import type { HttpChainPolicy } from './possible-outcomes.ts'

/** Why one chain treats a request as it does: each rule that was looked at, in order, with what came of it. */
export type Explanation = {
  /** Undefined: no virtual host has this authority. */
  readonly virtualHost: string | undefined
  /** Every route that was asked, up to the one that took the request. */
  readonly considered: readonly RouteNote[]
  readonly route: Route | undefined
  /** In the order of the chain, up to the one that refused. */
  readonly filters: readonly FilterNote[]
}

export type RouteNote = { readonly route: Route; readonly mismatch: Mismatch | undefined }

export type FilterNote =
  | {
      readonly kind: 'authz'
      readonly filter: string
      readonly action: AuthzPolicySet['action']
      /** Only watched: changes nothing. */
      readonly isShadow: boolean
      readonly decision: AuthzDecision
      readonly policies: readonly PolicyNote[]
    }
  | { readonly kind: 'fault'; readonly filter: string; readonly fault: FaultNote }

/** Which half of a policy the request does not meet; both halves must. */
export type PolicyNote = { readonly name: string; readonly permits: boolean; readonly identifies: boolean }

/** `random` (0 to 1) stands for the draw that decides routes which take a fraction. */
export function explainRequest(
  chain: HttpChainPolicy,
  request: RequestView,
  peer: PeerView,
  options: { readonly nowMs: number; readonly random: number; readonly choice?: ClusterChoice },
): Explanation {
  const host = findVirtualHost(chain.routes.hosts, request.authority, request.authorityPort)
  const considered: RouteNote[] = []
  let route: Route | undefined
  for (const candidate of host?.routes ?? []) {
    const mismatch = mismatchOf(candidate.matcher, request, options.random)
    considered.push({ route: candidate, mismatch })
    if (mismatch !== undefined) continue
    route = candidate
    break
  }
  const filters = explainFilters(chain.filters, route ?? unrouted, request, peer, options)
  return { virtualHost: host?.name, considered, route, filters }
}

function explainFilters(
  filters: readonly HttpFilter[],
  route: Route,
  request: RequestView,
  peer: PeerView,
  { nowMs, choice }: { readonly nowMs: number; readonly choice?: ClusterChoice },
): FilterNote[] {
  const notes: FilterNote[] = []
  for (const filter of filters) {
    if (filter.kind === 'fault') {
      const fault = heldFault(filter, route, choice)
      if (fault === undefined) continue
      notes.push({ kind: 'fault', filter: filter.name, fault: explainFault(fault, request, choice?.cluster, nowMs) })
      continue
    }
    // Neither refuses for what a request is.
    if (filter.kind !== 'rbac') continue
    const watched = watchedPolicies(filter, route, choice)
    if (watched !== undefined) notes.push(explainAuthz(filter.name, watched, true, request, peer))
    const enforced = enforcedPolicies(filter, route, choice)
    if (enforced === undefined) continue
    const note = explainAuthz(filter.name, enforced, false, request, peer)
    notes.push(note)
    if (!note.decision.allowed) break
  }
  return notes
}

function explainAuthz(
  filter: string,
  set: AuthzPolicySet,
  isShadow: boolean,
  request: RequestView,
  peer: PeerView,
): Extract<FilterNote, { kind: 'authz' }> {
  return {
    kind: 'authz',
    filter,
    action: set.action,
    isShadow,
    decision: evaluateAuthz(set, request, peer),
    policies: set.policies.map((policy) => ({ name: policy.name, ...policyCovers(policy, request, peer) })),
  }
}
