import { nowMs } from '../clock/event-clock.ts'
import type { ExchangeServer } from './exchange-server.ts'

/** What of an exchange its end is about. */
export type EndingExchange = {
  isEnded: boolean
  durationMs: number
  readonly startedMs: number
  readonly server: ExchangeServer | undefined
}

/** Says that the exchange is over: counted, logged, its limits given back. */
export function endExchange(exchange: EndingExchange): void {
  exchange.isEnded = true
  exchange.durationMs = nowMs() - exchange.startedMs
  exchange.server?.onEnd()
}

/** Lets a request go on whose filter has waited. */
export function resumeExchange(exchange: Pick<EndingExchange, 'server'>): void {
  exchange.server?.resume()
}
