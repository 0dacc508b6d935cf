import { nowMs } from '../clock/event-clock.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import { outcomeOf } from './outcome-of.ts'
import { takeLoadReport } from './take-load-report.ts'
import type { UpstreamTry } from './upstream-try.ts'

/** What the head of an answer says about who gave it: how it went, and how long it took. */
export function recordAnswer(exchange: HttpExchange, current: UpstreamTry, status: number, headers: HeaderBlock): void {
  const now = nowMs()
  current.cluster.record(current.endpoint, outcomeOf(status, headers), now)
  current.cluster.recordLatency(current.endpoint, now - current.startedMs, now)
  takeLoadReport(current, headers, now)
  current.measure?.answered(headers)
  exchange.upstreamMs = now - exchange.startedMs
}
