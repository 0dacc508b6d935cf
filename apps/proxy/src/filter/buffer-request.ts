import { type HttpFilter, heldBuffer } from '@heddle/engine/filter/http-filter'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import { LimitedRequest } from '../exchange/limited-request.ts'
import { addRequestDetour } from '../exchange/request-detour.ts'
import { CONTINUE, type Filter, WAITING } from '../exchange/verdict.ts'
import { NO_BODY } from '../message/body-framing.ts'

/**
 * A request goes on when all of its body is here (`buffer`); who serves it keeps it, and refuses what is too long. Where a filter
 * before this one writes it another way, that is what goes on, and it may not be longer either.
 */
export function bufferRequest(filter: Extract<HttpFilter, { kind: 'buffer' }>): Filter<RoutedStage> {
  return (exchange) => {
    const bytesMax = heldBuffer(filter, exchange.route, exchange.choice)
    if (bytesMax === undefined || exchange.requestFraming === NO_BODY || exchange.upgrade !== '') return CONTINUE
    if (exchange.requestDetour !== undefined) addRequestDetour(exchange, new LimitedRequest(exchange, bytesMax))
    exchange.server?.awaitBody(bytesMax)
    return WAITING
  }
}
