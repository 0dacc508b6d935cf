import { type HttpFilter, heldGlobalLimit } from '@heddle/engine/filter/http-filter'
import type { GlobalRateLimit } from '@heddle/engine/limit/global-rate-limit'
import type { Description } from '@heddle/engine/limit/rate-limit-rule'
import { descriptionsOf } from '@heddle/engine/limit/route-rate-limits'
import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import { isAmong, isAmongPercent } from '@heddle/engine/runtime/runtime-values'
import { limitOfDescriptor } from '@heddle/shared/model/limit-id'
import {
  RateLimitResponse_Code as Code,
  type RateLimitResponse,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import type { ClusterTotals } from '../cluster/cluster-totals.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { LimitAnswer } from '../exchange/limit-answer.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED, type Verdict, WAITING } from '../exchange/verdict.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { tellStatuses } from './tell-limit.ts'

/** Asks a rate limit service about requests that the route describes. One that does not answer in time lets them pass. */
export function askRateLimit(
  filter: Extract<HttpFilter, { kind: 'rate-limit' }>,
  runtime: Runtime,
  resume: (exchange: HttpExchange) => void,
): Filter<RoutedStage> {
  const { limit } = filter
  const { random } = runtime
  return (exchange) => {
    const { action } = exchange.route
    const held = action.kind === 'forward' ? heldGlobalLimit(filter, exchange.route, exchange.choice) : undefined
    if (held === undefined || action.kind !== 'forward') return CONTINUE
    if (limit.asksInternal !== undefined && limit.asksInternal !== isInternal(exchange)) return CONTINUE
    const values = runtime.values()
    if (!isAmong(values, limit.enabled, random)) return CONTINUE
    const { virtualHostRules, rules = limit.rules } = held
    const described = descriptionsOf(
      action,
      { stage: limit.stage, virtualHostRules, rules },
      {
        request: exchange,
        remoteAddress: exchange.peer.remoteAddress,
        nodeCluster: runtime.nodeCluster,
        cluster: exchange.choice?.cluster ?? '',
      },
    )
    const descriptions =
      values.size === 0 ? described : described.filter(({ rule }) => isAmongPercent(values, rule.percentKey, random))
    if (descriptions.length === 0) return CONTINUE
    const { generation } = exchange
    void runtime.askRateLimit(limit, held.domain || limit.domain, descriptions).then((response) => {
      // The client may have gone, and its connection may carry another request by now.
      if (exchange.generation !== generation || exchange.isEnded) return
      if (response !== undefined) {
        exchange.limitAnswer = { limit, response, descriptions, next: exchange.limitAnswer }
      }
      const totals = runtime.cluster(exchange.choice?.cluster ?? '')?.totals
      if (decide(limit, response, descriptions, exchange, runtime, totals) === CONTINUE) resume(exchange)
    })
    return WAITING
  }
}

function isInternal({ headers }: HttpExchange): boolean {
  return headers.get('x-envoy-internal') === 'true'
}

/** What the service, and the limit, want to stand in the answer. */
export function tellService({ limit }: Extract<HttpFilter, { kind: 'rate-limit' }>): ResponseFilter {
  return ({ limitAnswer }, headers) => {
    for (let answer = limitAnswer; answer !== undefined; answer = answer.next) {
      if (answer.limit === limit) tell(answer, headers)
    }
  }
}

function tell({ limit, response, descriptions }: LimitAnswer, headers: HeaderBlock): void {
  tellStatuses(response, (index) => descriptions[index]?.rule.tellsLimit ?? limit.tellsLimit, headers)
  // Whether it is refused or not.
  if (response.overallCode === Code.OVER_LIMIT && limit.isMarked) headers.append('x-envoy-ratelimited', 'true')
  for (const { key, value } of response.responseHeadersToAdd) {
    const name = key.toLowerCase()
    // That of an answer of ours says only that it is text; the service knows better.
    if (name === 'content-type' && response.overallCode === Code.OVER_LIMIT) headers.set(name, value)
    else headers.append(name, value)
  }
}

function decide(
  limit: GlobalRateLimit,
  answer: RateLimitResponse | undefined,
  descriptions: readonly Description[],
  exchange: HttpExchange,
  { random, values }: Runtime,
  totals: ClusterTotals | undefined,
): Verdict {
  if (answer === undefined) {
    const isDenied = isAmong(values(), limit.denied, random)
    if (totals !== undefined) {
      totals.limitErrors++
      if (!isDenied) totals.limitErrorsPassed++
    }
    if (!isDenied) return CONTINUE
    exchange.addFlag('RLSE')
    localReply(exchange, limit.errorStatus, 'rate_limiter_error', '')
    return RESPONDED
  }
  const isOver = answer.overallCode === Code.OVER_LIMIT
  if (totals !== undefined) {
    if (isOver) totals.limitOvers++
    else totals.limitOks++
  }
  if (!isOver || !isAmong(values(), limit.enforced, random)) {
    for (const { key, value } of answer.requestHeadersToAdd) exchange.headers.append(key.toLowerCase(), value)
    return CONTINUE
  }
  // Statuses come in the order of the descriptions.
  const refusing = answer.statuses.findIndex(({ code }) => code === Code.OVER_LIMIT)
  exchange.actedOnBy = limitOfDescriptor(descriptions[refusing]?.entries ?? [])
  exchange.addFlag('RL')
  const body = Buffer.from(answer.rawBody).toString('utf8')
  localReply(exchange, limit.status, 'request_rate_limited', body, (headers) => {
    if (limit.isResourceExhausted && exchange.isGrpc) {
      exchange.grpcStatus = '8'
      headers.set('grpc-status', '8')
    }
    applyHeaderEdits(limit.responseEdits, headers, exchange)
  })
  return RESPONDED
}
