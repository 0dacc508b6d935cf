import { allowsOrigin, type CorsPolicy } from '@heddle/engine/cors/cors-policy'
import { type HttpFilter, heldCors } from '@heddle/engine/filter/http-filter'
import { isAmong } from '@heddle/engine/runtime/runtime-values'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { filterReply } from '../exchange/local-reply.ts'
import type { ResponseFilter, ResponseStage } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'
import type { HeaderBlock } from '../message/header-block.ts'

type CorsFilter = Extract<HttpFilter, { kind: 'cors' }>

/**
 * Cross-origin requests of browsers (Fetch standard, "CORS protocol"): preflights are answered here, and answers to
 * allowed origins are marked. A foreign origin is not refused: its browser does that.
 */
export function answerCors(filter: CorsFilter, { random, counts, values }: Runtime): Filter<RoutedStage> {
  return (exchange) => {
    const policy = policyOf(filter, exchange)
    if (policy === undefined) return CONTINUE
    const origin = exchange.headers.get('origin')
    if (origin === undefined || origin === '') return CONTINUE
    const isEnabled = isAmong(values(), policy.enabled, random)
    if (!isEnabled && !isAmong(values(), policy.shadow, random)) return CONTINUE
    const isAllowed = allowsOrigin(policy, origin)
    const counted = counts.corsOf(exchange.chain.statPrefix)
    if (isAllowed) counted.valid++
    else counted.invalid++
    if (!isEnabled) return CONTINUE
    if (isAllowed) exchange.corsOrigin = origin
    const isPreflight =
      exchange.method === 'OPTIONS' && (exchange.headers.get('access-control-request-method') ?? '') !== ''
    if (!isPreflight || (!isAllowed && policy.forwardsForeignPreflights !== false)) return CONTINUE
    filterReply(exchange, 200, 'cors_response', (headers) => writePreflight(policy, exchange, headers))
    return RESPONDED
  }
}

/** Marks the answer, whoever made it. */
export function markCors(filter: CorsFilter): ResponseFilter {
  return (exchange, headers) => {
    if (exchange.corsOrigin === '') return
    const policy = policyOf(filter, exchange)
    if (policy === undefined) return
    headers.set('access-control-allow-origin', exchange.corsOrigin)
    if (policy.allowCredentials === true) headers.set('access-control-allow-credentials', 'true')
    if (policy.exposeHeaders !== '') headers.set('access-control-expose-headers', policy.exposeHeaders)
  }
}

/** Only what is forwarded has one; a redirect or a fixed answer does not, as in Envoy. */
function policyOf(
  filter: CorsFilter,
  { route, choice }: Pick<ResponseStage, 'route' | 'choice'>,
): CorsPolicy | undefined {
  return route?.action.kind === 'forward' ? heldCors(filter, route, choice) : undefined
}

/** What is allowed; where that is everything, what the browser asked for: with credentials "*" would be a name like any other. */
function orAsked(allowed: string, asked: HeaderBlock, what: 'method' | 'headers'): string {
  return allowed === '*' ? (asked.get(`access-control-request-${what}`) ?? '') : allowed
}

function writePreflight(policy: CorsPolicy, exchange: HttpExchange, headers: HeaderBlock): void {
  if (policy.allowCredentials === true) headers.append('access-control-allow-credentials', 'true')
  const { allowMethods, allowHeaders } = policy
  const asked = exchange.headers
  if (allowMethods !== '') headers.append('access-control-allow-methods', orAsked(allowMethods, asked, 'method'))
  if (allowHeaders !== '') headers.append('access-control-allow-headers', orAsked(allowHeaders, asked, 'headers'))
  if (policy.maxAge !== '') headers.append('access-control-max-age', policy.maxAge)
  const asksPrivate = exchange.headers.get('access-control-request-private-network') === 'true'
  if (asksPrivate && policy.allowPrivateNetwork === true) {
    headers.append('access-control-allow-private-network', 'true')
  }
}
