import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { headerName } from '../message/header-name.ts'
import { expectedTimeoutMs } from './expected-timeout.ts'
import type { HttpExchange } from './http-exchange.ts'

const expectedTimeout = headerName('x-envoy-expected-rq-timeout-ms')

/** What an upstream is told of this try: which one it is, and how long it has. */
export function tellTry(exchange: HttpExchange, action: ForwardAction, attempts: number, nowMs: number): void {
  const { headers } = exchange
  if (action.includeAttemptCount) headers.set('x-envoy-attempt-count', String(attempts))
  if (!exchange.chain.suppressesEnvoyHeaders) {
    const expectedMs = expectedTimeoutMs(action, attempts > 1 ? elapsedMs(exchange, nowMs) : 0)
    if (expectedMs > 0) headers.setKnown(expectedTimeout, String(expectedMs))
  }
}

/** The route's time begins when the request is whole. */
function elapsedMs({ startedMs, requestMs }: HttpExchange, nowMs: number): number {
  return requestMs < 0 ? 0 : nowMs - startedMs - requestMs
}

/**
 * `auto_host_rewrite`: the request is for the endpoint that it has a connection to. Those that are addresses have no name, and
 * then the host stays.
 */
export function nameEndpoint(exchange: HttpExchange, action: ForwardAction): void {
  const { headers, endpoint } = exchange
  if (action.hostRewrite?.kind !== 'auto' || endpoint === undefined || endpoint.hostname === '') return
  if (!exchange.chain.suppressesEnvoyHeaders) headers.set('x-envoy-original-host', exchange.host)
  if (exchange.host === endpoint.hostname) return
  if (action.appendForwardedHost) headers.append('x-forwarded-host', exchange.host)
  exchange.host = endpoint.hostname
  headers.set('host', endpoint.hostname)
}
