import { type DisabledFilter, isTurnedOn } from '@heddle/engine/filter/http-filter'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

/** A filter that is off by itself sees the requests of the routes that turn it on. */
export function whereTurnedOn(disabled: DisabledFilter, filter: Filter<RoutedStage>): Filter<RoutedStage> {
  return (exchange) => (isTurnedOn(disabled, exchange.route, exchange.choice) ? filter(exchange) : CONTINUE)
}

/** The same of answers. One without a route, as a refusal before routing, is none of its own. */
export function answersWhereTurnedOn(disabled: DisabledFilter, filter: ResponseFilter): ResponseFilter {
  return (stage, headers) => {
    const { route, choice } = stage
    if (route !== undefined && isTurnedOn(disabled, route, choice)) filter(stage, headers)
  }
}
