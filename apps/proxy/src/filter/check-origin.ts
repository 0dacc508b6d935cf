import { changesSomething, judgeOrigin } from '@heddle/engine/csrf/csrf-policy'
import { type HttpFilter, heldCsrf } from '@heddle/engine/filter/http-filter'
import { isAmong } from '@heddle/engine/runtime/runtime-values'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'

/** Requests that change something are refused when a page of another origin made a browser send them (`csrf`). */
export function checkOrigin(
  filter: Extract<HttpFilter, { kind: 'csrf' }>,
  { random, counts, values }: Runtime,
): Filter<RoutedStage> {
  return (exchange) => {
    const policy = heldCsrf(filter, exchange.route, exchange.choice)
    if (policy === undefined) return CONTINUE
    const isEnabled = isAmong(values(), policy.enabled, random)
    if (!isEnabled && !isAmong(values(), policy.shadow, random)) return CONTINUE
    if (!changesSomething(exchange.method)) return CONTINUE
    const verdict = judgeOrigin(policy, exchange.host, (name) => exchange.headers.get(name))
    counts.csrfOf(exchange.chain.statPrefix)[verdict]++
    if (verdict === 'valid' || !isEnabled) return CONTINUE
    localReply(exchange, 403, 'csrf_origin_mismatch', 'Invalid origin')
    return RESPONDED
  }
}
