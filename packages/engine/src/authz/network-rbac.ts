import { noRequest } from '../request/no-request.ts'
import type { PeerView } from '../request/peer-view.ts'
import { type AuthzDecision, type AuthzPolicySet, evaluateAuthz } from './authz-policy-set.ts'
import { type Permission, someNode } from './permission.ts'

/** `envoy.extensions.filters.network.rbac.v3.RBAC`, compiled: who may have a connection at all. */
export type NetworkRbac = {
  readonly statPrefix: string
  /** Stands before the names of the shadow rules' statistics. */
  readonly shadowStatPrefix: string
  /** Undefined lets every connection pass. */
  readonly policies: AuthzPolicySet | undefined
  readonly shadow: AuthzPolicySet | undefined
  /** How long a denied client is kept waiting before it is cut off. */
  readonly delayDenyMs: number
  /** A rule asks for the server name of a TLS hello. */
  readonly asksServerName: boolean
}

/** Decides about one connection, by nothing but who it is with and where it was going. */
export function evaluateConnection(set: AuthzPolicySet, peer: PeerView): AuthzDecision {
  return evaluateAuthz(set, noRequest, peer)
}

export function asksServerName(set: AuthzPolicySet | undefined): boolean {
  return set?.policies.some(({ permissions }) => permissions.some(isAboutServerName)) === true
}

function isAboutServerName(permission: Permission): boolean {
  return someNode(
    permission,
    (node) => node.kind === 'server-name' || (node.kind === 'text' && node.input.kind === 'server-name'),
  )
}
