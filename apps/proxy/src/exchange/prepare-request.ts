import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { rewritePath } from '@heddle/engine/route/path-rewrite'
import { headerName } from '../message/header-name.ts'
import type { HttpExchange } from './http-exchange.ts'

const hostName = headerName('host')

/** What the route changes about a request before it is sent on, in Envoy's order: edits, then path, then host. */
export function prepareRequest(exchange: HttpExchange, action: ForwardAction): void {
  const { choice, headers } = exchange
  if (choice !== undefined && choice.requestEdits.length > 0) applyHeaderEdits(choice.requestEdits, headers, exchange)
  const pathBefore = exchange.path
  if (action.pathRewrite !== undefined) {
    if (!exchange.chain.suppressesEnvoyHeaders) headers.set('x-envoy-original-path', exchange.target)
    exchange.path = rewritePath(action.pathRewrite, pathBefore)
    if (!exchange.path.startsWith('/')) exchange.path = `/${exchange.path}`
  }
  // A cluster's own host is the one that the route goes on with.
  if (choice?.hostRewrite !== undefined) exchange.host = choice.hostRewrite
  const host = hostOf(exchange, action, pathBefore)
  if (host !== undefined && host !== '') {
    if (action.appendForwardedHost) headers.append('x-forwarded-host', exchange.host)
    if (!exchange.chain.suppressesEnvoyHeaders) headers.set('x-envoy-original-host', exchange.host)
    exchange.host = host
  }
  headers.setKnown(hostName, exchange.host)
  if (exchange.upgrade !== '' && exchange.method !== 'CONNECT') {
    headers.set('connection', 'upgrade')
    headers.set('upgrade', exchange.upgrade)
  }
}

function hostOf(exchange: HttpExchange, { hostRewrite }: ForwardAction, path: string): string | undefined {
  switch (hostRewrite?.kind) {
    case undefined:
    // The endpoint's own name, which is known with each try (`tell-try.ts`).
    case 'auto':
      return undefined
    case 'literal':
      return hostRewrite.host
    case 'header':
      // A host is one: of several lines the first.
      return exchange.headers.lines(hostRewrite.name)[0]
    case 'path-regex':
      return hostRewrite.regex.replaceAll(path, hostRewrite.substitution)
  }
}
