import { nowMs } from '../traffic/event-clock.ts'
import type { HttpExchange } from './http-exchange.ts'

/** Says that the exchange is over: counted, logged, its limits given back. */
export function endExchange(exchange: HttpExchange): void {
  exchange.isEnded = true
  exchange.durationMs = nowMs() - exchange.startedMs
  exchange.server?.onEnd()
}

/** Lets a request go on whose filter has waited. */
export function resumeExchange(exchange: HttpExchange): void {
  exchange.server?.resume()
}
