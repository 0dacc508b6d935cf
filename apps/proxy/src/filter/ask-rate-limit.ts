import { type HttpFilter, heldGlobalLimit } from '@heddle/engine/filter/http-filter'
import type { GlobalRateLimit } from '@heddle/engine/limit/global-rate-limit'
import { descriptorsOf } from '@heddle/engine/limit/route-rate-limits'
import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import {
  RateLimitResponse_Code as Code,
  type RateLimitResponse,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { ResponseFilter } from '../exchange/http-filters.ts'
import { localReply } from '../exchange/local-reply.ts'
import { CONTINUE, type Filter, RESPONDED, type Verdict, WAITING } from '../exchange/verdict.ts'
import type { Runtime } from '../traffic/runtime.ts'

/** Asks a rate limit service about requests that the route describes. One that does not answer in time lets them pass. */
export function askRateLimit(
  filter: Extract<HttpFilter, { kind: 'rate-limit' }>,
  runtime: Runtime,
  resume: (exchange: HttpExchange) => void,
): Filter<RoutedStage> {
  const { limit } = filter
  return (stage) => {
    const exchange = stage as HttpExchange // the stage is the exchange, seen more narrowly
    const { action } = stage.route
    const held = action.kind === 'forward' ? heldGlobalLimit(filter, stage.route, stage.choice) : undefined
    if (held === undefined || action.kind !== 'forward') return CONTINUE
    const { virtualHostRules } = held
    const descriptors = descriptorsOf(
      action,
      { stage: limit.stage, virtualHostRules },
      {
        request: exchange,
        remoteAddress: exchange.peer.remoteAddress,
        nodeCluster: runtime.nodeCluster,
        cluster: stage.choice?.cluster ?? '',
      },
    )
    if (descriptors.length === 0) return CONTINUE
    const { generation } = exchange
    void runtime.askRateLimit(limit, held.domain || limit.domain, descriptors).then((answer) => {
      // The client may have gone, and its connection may carry another request by now.
      if (exchange.generation !== generation || exchange.isEnded) return
      if (decide(limit, answer, exchange) === CONTINUE) resume(exchange)
    })
    return WAITING
  }
}

/** What the service wants to stand in the answer. */
export const tellService: ResponseFilter = ({ limitAnswer }, headers) => {
  for (const { key, value } of limitAnswer?.responseHeadersToAdd ?? []) headers.append(key.toLowerCase(), value)
}

function decide(limit: GlobalRateLimit, answer: RateLimitResponse | undefined, exchange: HttpExchange): Verdict {
  switch (answer?.overallCode) {
    case Code.OK:
      exchange.limitAnswer = answer
      for (const { key, value } of answer.requestHeadersToAdd) exchange.headers.append(key.toLowerCase(), value)
      return CONTINUE
    case Code.OVER_LIMIT: {
      exchange.limitAnswer = answer
      exchange.addFlag('RL')
      const body = Buffer.from(answer.rawBody).toString('utf8')
      localReply(exchange, limit.status, 'request_rate_limited', body, (headers) => {
        if (limit.isMarked) headers.append('x-envoy-ratelimited', 'true')
        if (limit.isResourceExhausted && exchange.isGrpc) {
          exchange.grpcStatus = '8'
          headers.set('grpc-status', '8')
        }
        applyHeaderEdits(limit.responseEdits, headers, exchange)
      })
      return RESPONDED
    }
    default:
      if (limit.errorStatus === undefined) return CONTINUE
      exchange.addFlag('RLSE')
      localReply(exchange, limit.errorStatus, 'rate_limiter_error', '')
      return RESPONDED
  }
}
