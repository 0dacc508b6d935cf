import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { RBAC as Rules } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { type RBAC, RBACSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import type { Matcher } from '@heddle/shared/xds/generated/xds/type/matcher/v3/matcher_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { AuthzPolicySet } from './authz-policy-set.ts'
import { compileAuthzMatcher } from './compile-authz-matcher.ts'
import { compileAuthzPolicySet } from './compile-authz-policy-set.ts'

const supported = new Set([
  'rules',
  'shadow_rules',
  'matcher',
  'shadow_matcher',
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
    policies: compileRules(rbac.rules, rbac.matcher, path, ''),
    shadow: compileRules(rbac.shadowRules, rbac.shadowMatcher, path, 'shadow_'),
  }
}

/** Envoy lets the matcher win where both are there; which of them was meant is not for us to guess. */
export function compileRules(
  rules: Rules | undefined,
  matcher: Matcher | undefined,
  path: string,
  prefix: '' | 'shadow_',
): AuthzPolicySet | undefined {
  if (rules !== undefined && matcher !== undefined) {
    throw new ResourceRejected(`${path}.${prefix}matcher`, `excludes ${prefix}rules`)
  }
  if (matcher !== undefined) return compileAuthzMatcher(matcher, `${path}.${prefix}matcher`)
  return rules && compileAuthzPolicySet(rules, `${path}.${prefix}rules`)
}
