import type { HttpChain } from '../config/http-chain.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { RequestStage, RoutedStage } from './filter-stages.ts'
import type { ResponseFilter } from './response-filter.ts'
import type { Filter } from './verdict.ts'

/** The filters of one HTTP chain, in the order a request meets them. */
export type HttpFilters = {
  /** Before the route is matched. */
  readonly request: readonly Filter<RequestStage>[]
  /** After the route is matched, before a cluster is called. */
  readonly routed: readonly Filter<RoutedStage>[]
  /** Before the head of an answer goes out, whoever made it. */
  readonly response: readonly ResponseFilter[]
}

/** What serves the next request of a connection. Connections live long: a new configuration must reach them too. */
export type ServingChain = {
  readonly listener: ListenerConfig
  readonly chain: HttpChain
  readonly filters: HttpFilters
}
