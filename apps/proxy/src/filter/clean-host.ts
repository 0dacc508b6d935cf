import type { HttpEdge } from '../config/http-edge.ts'
import type { RequestStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

/** The host as the chain wants it; undefined when it asks for nothing, so that its requests pay nothing. */
export function cleanHost({ hostPort, stripsHostDot }: HttpEdge): Filter<RequestStage> | undefined {
  if (hostPort === 'keep' && !stripsHostDot) return undefined
  return (exchange) => {
    if (stripsHostDot) stripDot(exchange)
    const { authorityPort, peer } = exchange
    const isStripped = hostPort === 'strip' || (hostPort === 'strip-own' && authorityPort === peer.destinationPort)
    if (isStripped && authorityPort > 0) {
      exchange.host = exchange.host.slice(0, exchange.host.lastIndexOf(':'))
      exchange.authorityPort = 0
    }
    return CONTINUE
  }
}

function stripDot(exchange: HttpExchange): void {
  const { host, authorityPort } = exchange
  const end = authorityPort > 0 ? host.lastIndexOf(':') : host.length
  if (host.charCodeAt(end - 1) === 0x2e /* . */) exchange.host = host.slice(0, end - 1) + host.slice(end)
}
