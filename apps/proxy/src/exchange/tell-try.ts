import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { EndpointConfig } from '../config/assignment.ts'
import { expectedTimeoutMs } from './expected-timeout.ts'
import { headerName } from './header-name.ts'
import type { HttpExchange } from './http-exchange.ts'

const expectedTimeout = headerName('x-envoy-expected-rq-timeout-ms')

/** What an upstream is told of this try: which one it is, how long it has, and the name that it is called by. */
export function tellTry(exchange: HttpExchange, action: ForwardAction, endpoint: EndpointConfig, nowMs: number): void {
  const { headers, attempts } = exchange
  if (action.includeAttemptCount) headers.set('x-envoy-attempt-count', String(attempts))
  if (!exchange.chain.suppressesEnvoyHeaders) {
    const expectedMs = expectedTimeoutMs(action, attempts > 1 ? nowMs - exchange.startedMs : 0)
    if (expectedMs > 0) headers.setKnown(expectedTimeout, String(expectedMs))
  }
  // `auto_host_rewrite`: endpoints that are addresses have no name, and then the host stays.
  if (action.hostRewrite?.kind !== 'auto' || endpoint.hostname === '') return
  if (!exchange.chain.suppressesEnvoyHeaders) headers.set('x-envoy-original-host', exchange.host)
  if (exchange.host === endpoint.hostname) return
  if (action.appendForwardedHost) headers.append('x-forwarded-host', exchange.host)
  exchange.host = endpoint.hostname
  headers.set('host', endpoint.hostname)
}
