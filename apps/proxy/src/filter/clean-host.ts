import { portStartOf } from '@heddle/engine/path/port-start-of'
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
    const start = isStripped ? portStartOf(exchange.host) : exchange.host.length
    // An empty port is none to take away, as Envoy reads it.
    if (start < exchange.host.length - 1) {
      exchange.host = exchange.host.slice(0, start)
      exchange.authorityPort = 0
    }
    return CONTINUE
  }
}

function stripDot(exchange: HttpExchange): void {
  const { host } = exchange
  const end = portStartOf(host)
  if (host.charCodeAt(end - 1) === 0x2e /* . */) exchange.host = host.slice(0, end - 1) + host.slice(end)
}
