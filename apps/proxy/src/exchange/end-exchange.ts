import type { HttpExchange } from './http-exchange.ts'

/** Who serves an exchange; kept off the exchange, so that filters cannot call it. */
export type ExchangeServer = {
  onEnd(): void
  resume(): void
}

const servers = new WeakMap<HttpExchange, ExchangeServer>()

export function serveExchange(exchange: HttpExchange, server: ExchangeServer): void {
  servers.set(exchange, server)
}

/** Says that the exchange is over: counted, logged, its limits given back. */
export function endExchange(exchange: HttpExchange): void {
  exchange.durationMs = performance.now() - exchange.startedMs
  servers.get(exchange)?.onEnd()
}

/** Lets a request go on whose filter has waited. */
export function resumeExchange(exchange: HttpExchange): void {
  servers.get(exchange)?.resume()
}
