import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { HeaderBlock } from '../message/header-block.ts'
import { headerName } from '../message/header-name.ts'
import { stripHopByHop } from '../message/hop-by-hop.ts'
import { addAttemptCount } from './add-attempt-count.ts'
import type { HttpExchange } from './http-exchange.ts'
import { runResponseFilters } from './run-response-filters.ts'

const serviceTime = headerName('x-envoy-upstream-service-time')

/** What changes about an answer before it goes to the client. */
export function prepareResponse(exchange: HttpExchange, headers: HeaderBlock): void {
  stripHopByHop(headers)
  // The upstream's time begins when it has the request: how long the client took for it says nothing about the upstream.
  if (!exchange.chain.suppressesEnvoyHeaders && exchange.requestMs >= 0) {
    headers.setKnown(serviceTime, milliseconds(exchange.upstreamMs - exchange.requestMs))
  }
  if (exchange.hash.cookie !== '') headers.append('set-cookie', exchange.hash.cookie)
  addAttemptCount(exchange, headers)
  const edits = exchange.choice?.responseEdits
  if (edits !== undefined && edits.length > 0) applyHeaderEdits(edits, headers, exchange)
  runResponseFilters(exchange, headers)
}

const texts: string[] = []

/** Whole milliseconds as text, made once for those that are usual. */
function milliseconds(ms: number): string {
  const whole = Math.round(ms)
  if (whole > 1000) return String(whole)
  texts[whole] ??= String(whole)
  return texts[whole]
}
