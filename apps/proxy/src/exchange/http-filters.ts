import type { RoutedStage } from './filter-stages.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { Filter } from './verdict.ts'

/** The filters of one HTTP chain, in the order a request meets them. */
export type HttpFilters = {
  /** Before the route is matched. */
  readonly request: readonly Filter<HttpExchange>[]
  /** After the route is matched, before a cluster is called. */
  readonly routed: readonly Filter<RoutedStage>[]
}
