import { type RBAC, RBACSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { AuthzPolicySet } from './authz-policy-set.ts'
import { compileAuthzPolicySet } from './compile-authz-policy-set.ts'

const supported = new Set([
  'rules',
  'shadow_rules',
  // Names of counters that are not kept; a denial is told with its policy.
  'rules_stat_prefix',
  'shadow_rules_stat_prefix',
  'track_per_rule_stats',
])

/** The RBAC filter's message; without rules it lets everything pass, as Envoy's does. */
export function compileRbac(
  rbac: RBAC,
  path: string,
): { readonly policies: AuthzPolicySet | undefined; readonly shadow: AuthzPolicySet | undefined } {
  refuseUnsupported(RBACSchema, rbac, supported, path)
  return {
    policies: rbac.rules && compileAuthzPolicySet(rbac.rules, `${path}.rules`),
    shadow: rbac.shadowRules && compileAuthzPolicySet(rbac.shadowRules, `${path}.shadow_rules`),
  }
}
