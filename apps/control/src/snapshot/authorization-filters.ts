import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import type { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import type { AuthorizationRule } from '@heddle/shared/model/authorization-rule'
import type { FilterSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import { type PolicySchema, RBAC_Action } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import {
  RBACPerRouteSchema,
  RBACSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import type { HttpFilterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { RBACSchema as NetworkRbacSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/rbac/v3/rbac_pb'
import { pack } from './encode-resource.ts'
import type { PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'
import { toConnectionRule } from './to-connection-rule.ts'
import { allOf, anyPermission, conditionPermission, toPermission } from './to-permission.ts'
import { allPrincipals, anyPrincipal, conditionPrincipal, type SourceContext, toPrincipal } from './to-principal.ts'

/** In Istio's order: what a DENY rule matches is denied; without any ALLOW policy the rest is allowed; else one must match. */
const denyFilter = 'heddle.authz.deny'
const allowFilter = 'heddle.authz.allow'

/** The filters that enforce the policies protecting a workload. */
export function authorizationFilters(
  view: MeshView,
  policies: readonly PolicyVersion<AuthorizationPolicy>[],
): MessageInitShape<typeof HttpFilterSchema>[] {
  return authorizationRules(view, policies).map(({ filter, rules }) => rbacFilter(filter, { rules }))
}

/** Filters without rules, which let everything pass: their rules come with the routes, see `inbound-routes.ts`. */
export function authorizationPlaces(): MessageInitShape<typeof HttpFilterSchema>[] {
  return [rbacFilter(denyFilter, {}), rbacFilter(allowFilter, {})]
}

/** The rules of those filters, as a route configuration carries them. */
export function authorizationOverrides(
  view: MeshView,
  policies: readonly PolicyVersion<AuthorizationPolicy>[],
): Record<string, Any> {
  return Object.fromEntries(
    authorizationRules(view, policies).map(({ filter, rules }) => [
      filter,
      pack(RBACPerRouteSchema, { rbac: { rules } }),
    ]),
  )
}

/** The filters that enforce them on connections whose bytes nobody reads. */
export function connectionFilters(
  view: MeshView,
  policies: readonly PolicyVersion<AuthorizationPolicy>[],
  port: number,
): MessageInitShape<typeof FilterSchema>[] {
  return authorizationRules(view, policies, toConnectionRule).map(({ filter, rules }) => {
    const statPrefix = `inbound_${port}_${rules.action === RBAC_Action.DENY ? 'deny' : 'allow'}`
    return { name: filter, configType: { case: 'typedConfig', value: pack(NetworkRbacSchema, { statPrefix, rules }) } }
  })
}

/** What is left of a rule on the ports that are meant; undefined: nothing, it matches nobody there. */
type Adapt = (rule: AuthorizationRule, action: 'ALLOW' | 'DENY') => AuthorizationRule | undefined

function authorizationRules(
  view: MeshView,
  policies: readonly PolicyVersion<AuthorizationPolicy>[],
  adapt: Adapt = (rule) => rule,
) {
  const ofAction = (action: 'ALLOW' | 'DENY') =>
    policies.filter(({ object }) => (object.spec.action ?? 'ALLOW') === action)
  const deny = rbacPolicies(view, ofAction('DENY'), 'DENY', adapt)
  const allowing = ofAction('ALLOW')
  const allow = rbacPolicies(view, allowing, 'ALLOW', adapt)
  return [
    // A DENY filter without rules would deny nothing.
    ...(Object.keys(deny).length > 0
      ? [{ filter: denyFilter, rules: { action: RBAC_Action.DENY, policies: deny } }]
      : []),
    // An ALLOW filter without rules denies everything, which is what an ALLOW policy without rules says.
    ...(allowing.length > 0 ? [{ filter: allowFilter, rules: { action: RBAC_Action.ALLOW, policies: allow } }] : []),
  ]
}

type RbacPolicies = Record<string, MessageInitShape<typeof PolicySchema>>

function rbacFilter(
  name: string,
  rbac: MessageInitShape<typeof RBACSchema>,
): MessageInitShape<typeof HttpFilterSchema> {
  return { name, configType: { case: 'typedConfig', value: pack(RBACSchema, rbac) } }
}

function rbacPolicies(
  view: MeshView,
  policies: readonly PolicyVersion<AuthorizationPolicy>[],
  action: 'ALLOW' | 'DENY',
  adapt: Adapt,
): RbacPolicies {
  const entries = policies.flatMap(({ object: { metadata, spec } }) =>
    (spec.rules ?? []).flatMap((rule, index): [string, MessageInitShape<typeof PolicySchema>][] => {
      const adapted = adapt(rule, action)
      if (adapted === undefined) return []
      // By its place in the policy, whichever others are left out.
      const name = `ns[${metadata.namespace}]-policy[${metadata.name}]-rule[${index}]`
      const context = { catalog: view.catalog, policyNamespace: metadata.namespace, action }
      return [[name, rbacPolicy(adapted, context)]]
    }),
  )
  // Sorted, because the order of a map's entries is part of the bytes; the order has no meaning within an action.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** (any source) and (any operation) and (all conditions), split into what Envoy calls principals and permissions. */
function rbacPolicy(rule: AuthorizationRule, context: SourceContext): MessageInitShape<typeof PolicySchema> {
  const conditions = rule.when ?? []
  const sources = rule.from ? [anyPrincipal(rule.from.map(({ source }) => toPrincipal(source, context)))] : []
  const operations = rule.to ? [anyPermission(rule.to.map(({ operation }) => toPermission(operation)))] : []
  return {
    principals: [
      allPrincipals([...sources, ...conditions.flatMap((condition) => conditionPrincipal(condition, context) ?? [])]),
    ],
    permissions: [allOf([...operations, ...conditions.flatMap((condition) => conditionPermission(condition) ?? [])])],
  }
}
