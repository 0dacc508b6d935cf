import type { AuthzPolicySet } from '@heddle/engine/authz/authz-policy-set'
import type { FaultPolicy } from '@heddle/engine/fault/fault-policy'

/** One HTTP filter of a chain, decoded and compiled. Per-route overrides hang on the route under the filter's name. */
export type HttpFilterConfig =
  | { readonly kind: 'fault'; readonly name: string; readonly policy: FaultPolicy | undefined }
  | {
      readonly kind: 'rbac'
      readonly name: string
      readonly policies: AuthzPolicySet | undefined
      readonly shadow: AuthzPolicySet | undefined
    }
