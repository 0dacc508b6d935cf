import type { HttpExchange } from './http-exchange.ts'

/** Set once per connection by who serves it; kept off the exchange so that filters cannot call it. */
export type ExchangeEnd = (exchange: HttpExchange) => void

const ends = new WeakMap<HttpExchange, ExchangeEnd>()

export function onExchangeEnd(exchange: HttpExchange, end: ExchangeEnd): void {
  ends.set(exchange, end)
}

/** Says that the exchange is over: counted, logged, its limits given back. Exactly once per request. */
export function endExchange(exchange: HttpExchange): void {
  exchange.durationMs = performance.now() - exchange.startedMs
  ends.get(exchange)?.(exchange)
}
