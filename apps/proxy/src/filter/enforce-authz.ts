import { evaluateAuthz } from '@heddle/engine/authz/authz-policy-set'
import { enforcedPolicies, type HttpFilter, watchedPolicies } from '@heddle/engine/filter/http-filter'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import { localReply } from '../exchange/local-reply.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'

/** One RBAC filter. A denial names the policy that decided, so that the console can tell which rule refused. */
export function enforceAuthz(filter: Extract<HttpFilter, { kind: 'rbac' }>): Filter<RoutedStage> {
  return (exchange) => {
    const watched = watchedPolicies(filter, exchange.route, exchange.choice)
    if (watched !== undefined) {
      const seen = evaluateAuthz(watched, exchange, exchange.peer)
      if (!seen.allowed) exchange.shadowPolicy = seen.matchedPolicy
    }
    const enforced = enforcedPolicies(filter, exchange.route, exchange.choice)
    if (enforced === undefined) return CONTINUE
    const decision = evaluateAuthz(enforced, exchange, exchange.peer)
    if (decision.matchedPolicy !== '') exchange.matchedPolicy = decision.matchedPolicy
    if (decision.allowed) return CONTINUE
    localReply(exchange, 403, decision.details, 'RBAC: access denied')
    return RESPONDED
  }
}
