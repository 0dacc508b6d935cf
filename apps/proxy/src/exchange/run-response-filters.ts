import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { ResponseFilter } from './response-filter.ts'

/** Runs the chain's response filters over the head of an answer. Allocates nothing. */
export function runResponseFilters(exchange: HttpExchange, headers: HeaderBlock): void {
  const { responseFilters } = exchange
  for (let index = 0; index < responseFilters.length; index++) {
    const filter = responseFilters[index] as ResponseFilter // in range
    filter(exchange, headers)
  }
}
