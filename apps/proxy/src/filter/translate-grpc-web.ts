import { type HttpFilter, translatesGrpcWeb } from '@heddle/engine/filter/http-filter'
import { countedName } from '@heddle/engine/grpc/grpc-stats-policy'
import { grpcWebForm } from '@heddle/engine/grpc/grpc-web-type'
import { isGrpcType } from '@heddle/engine/match/is-grpc-type'
import { addDetour } from '../exchange/answer-detour.ts'
import { Base64Request } from '../exchange/base64-request.ts'
import { CountedCall } from '../exchange/counted-call.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import { GrpcWebAnswer } from '../exchange/grpc-web-answer.ts'
import { MessageAnswer } from '../exchange/message-answer.ts'
import { grpcWebType } from '../exchange/reply-in-grpc-web.ts'
import { addRequestDetour } from '../exchange/request-detour.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import { CHUNKED, LENGTH, NO_BODY } from '../message/body-framing.ts'
import { grpcStatusOf } from '../message/grpc-status.ts'

const everyMethod = { paths: undefined, replacesDots: false }

/** What a browser calls in gRPC-Web goes on as gRPC (`grpc_web`). */
export function translateGrpcWeb(
  filter: Extract<HttpFilter, { kind: 'grpc-web' }>,
  { counts, cluster }: Pick<Runtime, 'counts' | 'cluster'>,
): Filter<RoutedStage> {
  return (exchange) => {
    const { headers } = exchange
    const form = grpcWebForm(headers.get('content-type'))
    if (form === undefined || !translatesGrpcWeb(filter, exchange.route, exchange.choice)) return CONTINUE
    const target = cluster(exchange.choice?.cluster ?? '')
    const name = target && countedName(everyMethod, exchange.path)
    exchange.grpcWeb = {
      answer: grpcWebForm(headers.get('accept')) === 'text' ? 'text' : 'binary',
      counted: name && target ? new CountedCall(counts.grpcWeb.of(target.config.name, name)) : undefined,
    }
    headers.set('content-type', 'application/grpc')
    headers.set('te', 'trailers')
    headers.set('grpc-accept-encoding', 'identity')
    if (exchange.requestFraming === NO_BODY) return CONTINUE
    exchange.requestFraming = CHUNKED
    exchange.requestLength = -1
    if (form === 'text') addRequestDetour(exchange, new Base64Request(exchange))
    return CONTINUE
  }
}

/** And the answer goes back as gRPC-Web. What is none in gRPC becomes a status that its client can read. */
export const answerInGrpcWeb: ResponseFilter = (stage, headers) => {
  const { grpcWeb: call } = stage
  // Answers of our own are written so from the beginning.
  if (call === undefined || stage.details !== 'via_upstream') return
  const type = headers.get('content-type')
  call.counted?.end(headers.get('grpc-status') ?? '')
  headers.set('content-type', grpcWebType(call))
  if (stage.responseFraming === NO_BODY) return
  if ((stage.status === 200 && isGrpcType(type)) || grpcWebForm(type) !== undefined) {
    stage.responseFraming = CHUNKED
    stage.responseLength = -1
    addDetour(stage, new GrpcWebAnswer(stage, call))
    return
  }
  headers.set('grpc-status', grpcStatusOf(stage.status))
  stage.responseFraming = LENGTH
  stage.responseLength = 0
  addDetour(stage, new MessageAnswer(stage))
}
