import type { AuthzPolicySet } from './authz/authz-policy-set.ts'
import type { FaultPolicy } from './fault/fault-policy.ts'

/** What a route (or virtual host, or weighted cluster) says about one HTTP filter, in place of the filter's own setting. */
export type FilterOverride =
  | { readonly kind: 'disabled' }
  | { readonly kind: 'fault'; readonly policy: FaultPolicy }
  | {
      readonly kind: 'rbac'
      /** Undefined enforces nothing on this route. */
      readonly policies: AuthzPolicySet | undefined
      readonly shadow: AuthzPolicySet | undefined
    }
