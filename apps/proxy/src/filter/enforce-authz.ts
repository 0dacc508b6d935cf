import { type AuthzPolicySet, evaluateAuthz } from '@heddle/engine/authz/authz-policy-set'
import type { FilterOverride } from '@heddle/engine/filter-override'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'

/** One RBAC filter. A denial names the policy that decided, so that the console can tell which rule refused. */
export function enforceAuthz(
  name: string,
  policies: AuthzPolicySet | undefined,
  shadow: AuthzPolicySet | undefined,
): Filter<RoutedStage> {
  return (stage) => {
    const exchange = stage as HttpExchange // the stage is the exchange, seen more narrowly
    const override = overrideOf(stage, name)
    if (override?.kind === 'disabled') return CONTINUE
    const enforced = override?.kind === 'rbac' ? override.policies : policies
    const watched = override?.kind === 'rbac' ? override.shadow : shadow
    if (watched !== undefined) {
      const seen = evaluateAuthz(watched, exchange, exchange.peer)
      if (!seen.allowed) exchange.shadowPolicy = seen.matchedPolicy
    }
    if (enforced === undefined) return CONTINUE
    const decision = evaluateAuthz(enforced, exchange, exchange.peer)
    if (decision.matchedPolicy !== '') exchange.matchedPolicy = decision.matchedPolicy
    if (decision.allowed) return CONTINUE
    localReply(exchange, 403, decision.details, 'RBAC: access denied')
    return RESPONDED
  }
}

/** The weighted cluster's own setting wins over the route's. */
export function overrideOf({ choice, route }: RoutedStage, name: string): FilterOverride | undefined {
  return choice?.filters.get(name) ?? route.filters.get(name)
}
