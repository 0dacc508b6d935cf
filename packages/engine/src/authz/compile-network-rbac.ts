import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Permission, Principal, RBAC as Rules } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import {
  type RBAC,
  RBAC_EnforcementType,
  RBACSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/rbac/v3/rbac_pb'
import type { Matcher } from '@heddle/shared/xds/generated/xds/type/matcher/v3/matcher_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { durationMs } from '../duration-ms.ts'
import type { AuthzPolicySet } from './authz-policy-set.ts'
import { compileRules } from './compile-rbac.ts'
import { asksServerName, type NetworkRbac } from './network-rbac.ts'
import { type Permission as CompiledPermission, someNode } from './permission.ts'

const supported = new Set([
  'rules',
  'shadow_rules',
  'matcher',
  'shadow_matcher',
  'shadow_rules_stat_prefix',
  'stat_prefix',
  // Nothing that is decided by changes while a connection lasts: continuously is once.
  'enforcement_type',
  'delay_deny',
])

/** The network filter's message. A rule about a request has nothing to look at here, and is refused as Envoy refuses it. */
export function compileNetworkRbac(message: RBAC, path: string): NetworkRbac {
  refuseUnsupported(RBACSchema, message, supported, path)
  if (message.statPrefix === '') throw new ResourceRejected(`${path}.stat_prefix`, 'must not be empty')
  if (RBAC_EnforcementType[message.enforcementType] === undefined) {
    throw new ResourceRejected(`${path}.enforcement_type`, `unknown value ${String(message.enforcementType)}`)
  }
  const policies = compileConnectionRules(message.rules, message.matcher, path, '')
  const shadow = compileConnectionRules(message.shadowRules, message.shadowMatcher, path, 'shadow_')
  return {
    statPrefix: message.statPrefix,
    shadowStatPrefix: message.shadowRulesStatPrefix,
    policies,
    shadow,
    delayDenyMs: durationMs(message.delayDeny) ?? 0,
    asksServerName: asksServerName(policies) || asksServerName(shadow),
  }
}

function compileConnectionRules(
  rules: Rules | undefined,
  matcher: Matcher | undefined,
  path: string,
  prefix: '' | 'shadow_',
): AuthzPolicySet | undefined {
  for (const [name, { permissions, principals }] of Object.entries(rules?.policies ?? {})) {
    const at = `${path}.${prefix}rules.policies["${name}"]`
    for (const [index, each] of permissions.entries()) refuseRequestPermission(each, `${at}.permissions[${index}]`)
    for (const [index, each] of principals.entries()) refuseRequestPrincipal(each, `${at}.principals[${index}]`)
  }
  const compiled = compileRules(rules, matcher, path, prefix)
  const asksHeader = matcher !== undefined && compiled?.policies.some((each) => each.permissions.some(isAboutHeader))
  if (asksHeader === true) throw new ResourceRejected(`${path}.${prefix}matcher`, 'a connection has no headers')
  return compiled
}

function isAboutHeader(permission: CompiledPermission): boolean {
  return someNode(permission, (node) => node.kind === 'text' && node.input.kind === 'header')
}

function refuseRequestPermission({ rule }: Permission, path: string): void {
  switch (rule.case) {
    case 'header':
      throw new ResourceRejected(`${path}.header`, 'a connection has no headers')
    case 'urlPath':
      throw new ResourceRejected(`${path}.url_path`, 'a connection has no path')
    case 'andRules':
    case 'orRules':
      for (const [index, each] of rule.value.rules.entries()) {
        refuseRequestPermission(each, `${path}.${rule.case === 'andRules' ? 'and_rules' : 'or_rules'}.rules[${index}]`)
      }
      return
    case 'notRule':
      refuseRequestPermission(rule.value, `${path}.not_rule`)
      return
    default:
  }
}

function refuseRequestPrincipal({ identifier }: Principal, path: string): void {
  switch (identifier.case) {
    case 'header':
      throw new ResourceRejected(`${path}.header`, 'a connection has no headers')
    case 'urlPath':
      throw new ResourceRejected(`${path}.url_path`, 'a connection has no path')
    case 'andIds':
    case 'orIds':
      for (const [index, each] of identifier.value.ids.entries()) {
        refuseRequestPrincipal(each, `${path}.${identifier.case === 'andIds' ? 'and_ids' : 'or_ids'}.ids[${index}]`)
      }
      return
    case 'notId':
      refuseRequestPrincipal(identifier.value, `${path}.not_id`)
      return
    default:
  }
}
