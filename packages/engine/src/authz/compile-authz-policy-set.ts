import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Policy,
  type RBAC,
  RBAC_Action,
  RBACSchema,
} from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { AuthzDecision, AuthzPolicy, AuthzPolicySet } from './authz-policy-set.ts'
import { compilePermission } from './compile-permission.ts'
import { compilePrincipal } from './compile-principal.ts'

const supported = new Set(['action', 'policies'])

/** Compiles one RBAC message. Policies are evaluated in the order of their names, as Envoy's map is. */
export function compileAuthzPolicySet(rbac: RBAC, path: string): AuthzPolicySet {
  refuseUnsupported(RBACSchema, rbac, supported, path)
  const action = actionOf(rbac.action, `${path}.action`)
  const names = Object.keys(rbac.policies).sort()
  return {
    action,
    policies: names.map(
      (name) => compilePolicy(name, rbac.policies[name] as Policy, action, `${path}.policies["${name}"]`), // a key of it
    ),
    otherwise: decision(action !== 'allow', ''),
  }
}

function compilePolicy(name: string, policy: Policy, action: AuthzPolicySet['action'], path: string): AuthzPolicy {
  if (policy.condition !== undefined || policy.checkedCondition !== undefined) {
    throw new ResourceRejected(`${path}.condition`, 'not supported yet')
  }
  if (policy.permissions.length === 0) throw new ResourceRejected(`${path}.permissions`, 'must not be empty')
  if (policy.principals.length === 0) throw new ResourceRejected(`${path}.principals`, 'must not be empty')
  return {
    name,
    permissions: policy.permissions.map((each, index) => compilePermission(each, `${path}.permissions[${index}]`)),
    principals: policy.principals.map((each, index) => compilePrincipal(each, `${path}.principals[${index}]`)),
    decision: decision(action !== 'deny', name),
  }
}

export function decision(allowed: boolean, matchedPolicy: string): AuthzDecision {
  // Details are one word.
  const named = matchedPolicy === '' ? 'none' : matchedPolicy.replace(/\s/g, '_')
  return { allowed, matchedPolicy, details: allowed ? '' : `rbac_access_denied_matched_policy[${named}]` }
}

export function actionOf(action: RBAC_Action, path: string): AuthzPolicySet['action'] {
  switch (action) {
    case RBAC_Action.ALLOW:
      return 'allow'
    case RBAC_Action.DENY:
      return 'deny'
    case RBAC_Action.LOG:
      return 'log'
  }
  throw new ResourceRejected(path, `unknown value ${String(action)}`)
}
