import type { HttpChain } from '../config/http-chain.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { RoutedStage } from './filter-stages.ts'
import type { HeaderBlock } from './header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { Filter } from './verdict.ts'

/** May change an answer's headers. The route is known only when the request came so far. */
export type ResponseFilter = (exchange: HttpExchange, headers: HeaderBlock) => void

/** The filters of one HTTP chain, in the order a request meets them. */
export type HttpFilters = {
  /** Before the route is matched. */
  readonly request: readonly Filter<HttpExchange>[]
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
