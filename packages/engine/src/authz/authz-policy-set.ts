import type { PeerView } from '../request/peer-view.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Permission } from './permission.ts'
import { permits } from './permission.ts'
import type { Principal } from './principal.ts'
import { identifies } from './principal.ts'

/** One `envoy.config.rbac.v3.RBAC`, compiled: what an RBAC filter enforces. */
export type AuthzPolicySet = {
  readonly action: 'allow' | 'deny' | 'log'
  /** In the order of their names, as Envoy evaluates them: the first that matches decides. */
  readonly policies: readonly AuthzPolicy[]
  /** The decision when no policy matches. */
  readonly otherwise: AuthzDecision
}

export type AuthzPolicy = {
  /** "ns[<ns>]-policy[<name>]-rule[<i>]" when control made it. */
  readonly name: string
  /** Any of them. */
  readonly permissions: readonly Permission[]
  /** Any of them. */
  readonly principals: readonly Principal[]
  /** The decision when this policy matches; made once, so that deciding allocates nothing. */
  readonly decision: AuthzDecision
}

export type AuthzDecision = {
  readonly allowed: boolean
  /** The policy that decided; empty when none matched. */
  readonly matchedPolicy: string
  /** `rbac_access_denied_matched_policy[…]` for a denial, empty otherwise. */
  readonly details: string
}

/** Decides on one request. Never allocates, never throws. */
export function evaluateAuthz(set: AuthzPolicySet, request: RequestView, peer: PeerView): AuthzDecision {
  for (let index = 0; index < set.policies.length; index++) {
    const policy = set.policies[index] as AuthzPolicy // in range
    if (policyMatches(policy, request, peer)) return policy.decision
  }
  return set.otherwise
}

/** The two halves of a policy, each by itself: for explanations. */
export function policyCovers(
  policy: AuthzPolicy,
  request: RequestView,
  peer: PeerView,
): { readonly permits: boolean; readonly identifies: boolean } {
  return {
    permits: anyPermits(policy.permissions, request, peer),
    identifies: anyIdentifies(policy.principals, request, peer),
  }
}

function policyMatches(policy: AuthzPolicy, request: RequestView, peer: PeerView): boolean {
  return anyPermits(policy.permissions, request, peer) && anyIdentifies(policy.principals, request, peer)
}

function anyPermits(permissions: readonly Permission[], request: RequestView, peer: PeerView): boolean {
  for (let index = 0; index < permissions.length; index++) {
    if (permits(permissions[index] as Permission, request, peer)) return true // in range
  }
  return false
}

function anyIdentifies(principals: readonly Principal[], request: RequestView, peer: PeerView): boolean {
  for (let index = 0; index < principals.length; index++) {
    if (identifies(principals[index] as Principal, request, peer)) return true // in range
  }
  return false
}
