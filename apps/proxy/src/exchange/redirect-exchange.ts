import { nowMs } from '../clock/event-clock.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { NO_BODY } from '../message/body-framing.ts'
import { randomHex } from '../message/random-hex.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { RedirectedRequest } from './redirected-request.ts'

/**
 * Begins the request that a redirect leads to, in the exchange of the one before. Who the client is, and the trace, were found
 * out with that one, whose headers are not read again for it.
 */
export function redirectExchange(exchange: HttpExchange, next: RedirectedRequest, config: ProxyConfig): void {
  const { traceId, spanId, parentSpanId, isSampled, startedMs, requestBytes } = exchange
  const { remoteAddress } = exchange.peer
  const { trail } = next
  exchange.begin(config, nowMs())
  // Logged as one with it, as in Envoy.
  trail.beganBeforeMs += exchange.startedMs - startedMs
  trail.bytesBefore += requestBytes
  exchange.peer.remoteAddress = remoteAddress
  exchange.traceId = traceId
  // A span of its own, beside the one before.
  exchange.spanId = isSampled ? randomHex(8) : spanId
  exchange.parentSpanId = parentSpanId
  exchange.isSampled = isSampled
  exchange.redirects = trail
  exchange.headers = next.headers
  if (isSampled) next.headers.set('traceparent', `00-${traceId}-${exchange.spanId}-01`)
  exchange.method = next.method
  exchange.scheme = next.scheme
  exchange.host = next.host
  exchange.authority = next.authority
  exchange.authorityPort = next.authorityPort
  exchange.path = next.path
  exchange.query = next.query
  exchange.endsInMark = next.endsInMark
  // It had come whole by then.
  exchange.requestMs = 0
  if (next.keepsBody) return
  exchange.requestFraming = NO_BODY
  exchange.requestLength = -1
}
