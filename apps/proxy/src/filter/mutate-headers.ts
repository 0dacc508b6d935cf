import { type HttpFilter, heldMutations } from '@heddle/engine/filter/http-filter'
import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { HeaderMutations } from '@heddle/engine/mutate/header-mutations'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { ResponseFilter, ResponseStage } from '../exchange/response-filter.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import type { HeaderBlock } from '../message/header-block.ts'

type MutationFilter = Extract<HttpFilter, { kind: 'header-mutation' }>

/** `header_mutation`: its own changes first, then those of each level of routes. */
export function mutateHeaders(filter: MutationFilter): Filter<RoutedStage> {
  return (exchange) => {
    mutate(filter, 'request', exchange, exchange.headers)
    return CONTINUE
  }
}

/** The same of answers, the proxy's own among them. */
export function mutateAnswer(filter: MutationFilter): ResponseFilter {
  return (exchange, headers) => mutate(filter, 'response', exchange, headers)
}

function mutate(filter: MutationFilter, side: keyof HeaderMutations, exchange: ResponseStage, headers: HeaderBlock) {
  const { route, choice } = exchange
  const levels = route && heldMutations(filter, route, choice)
  // An answer to a request that never met a route has the filter's own all the same.
  if (route !== undefined && levels === undefined) return
  applyHeaderEdits(filter.own[side], headers, exchange)
  if (levels === undefined) return
  for (let index = 0; index < levels.length; index++) {
    const level = levels[filter.specificLast ? levels.length - 1 - index : index] as HeaderMutations // in range
    applyHeaderEdits(level[side], headers, exchange)
  }
}
