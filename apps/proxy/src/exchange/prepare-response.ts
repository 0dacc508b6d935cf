import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { HeaderBlock } from './header-block.ts'
import { stripHopByHop } from './hop-by-hop.ts'
import type { HttpExchange } from './http-exchange.ts'

/** What changes about an answer before it goes to the client. */
export function prepareResponse(exchange: HttpExchange, headers: HeaderBlock): void {
  stripHopByHop(headers)
  headers.set('x-envoy-upstream-service-time', exchange.upstreamMs.toFixed(0))
  const edits = exchange.choice?.responseEdits
  if (edits !== undefined && edits.length > 0) applyHeaderEdits(edits, headers, exchange)
}
