import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import { portStartOf } from '@heddle/engine/path/port-start-of'
import { rewritePath } from '@heddle/engine/route/path-rewrite'
import type { RedirectAction } from '@heddle/engine/route/redirect-action'
import type { Route } from '@heddle/engine/route/route'
import type { HttpExchange } from './http-exchange.ts'
import { localReply } from './local-reply.ts'

/** Answers from the route itself: redirects, direct responses, and routes that may not be forwarded. */
export function respondToRoute(exchange: HttpExchange, route: Route): boolean {
  const { action } = route
  switch (action.kind) {
    case 'forward':
      return false
    case 'redirect': {
      const location = locationOf(exchange, action)
      localReply(exchange, action.status, 'direct_response', '', (headers) => {
        headers.append('location', location)
        applyHeaderEdits(route.responseEdits, headers, exchange)
      })
      return true
    }
    case 'direct-response': {
      localReply(exchange, action.status, 'direct_response', action.body ?? '', (headers) => {
        if (namesPlace(action.status)) headers.append('location', locationOf(exchange, ownPlace))
        applyHeaderEdits(route.responseEdits, headers, exchange)
      })
      return true
    }
    case 'non-forwarding':
      exchange.addFlag('NR')
      localReply(exchange, 404, 'route_not_found', '')
      return true
  }
}

/** A status that a `location` belongs to (RFC 9110 §10.2.2): it names what was asked for, as Envoy's does. */
function namesPlace(status: number): boolean {
  return status === 201 || (status >= 300 && status < 400)
}

const ownPlace = {
  scheme: undefined,
  host: undefined,
  keepsPort: true,
  port: 0,
  path: { kind: 'keep' },
  stripQuery: false,
} as const

type Place = Omit<RedirectAction, 'kind' | 'status'>

function locationOf(exchange: HttpExchange, { scheme, host, keepsPort, port, path, stripQuery }: Place): string {
  const toScheme = scheme ?? exchange.scheme
  const toHost = host ?? (keepsPort ? exchange.host : ownHost(exchange, toScheme, port > 0))
  const toPort = port > 0 ? `:${port}` : ''
  const query = stripQuery ? '' : exchange.search
  switch (path.kind) {
    case 'keep':
      return `${toScheme}://${toHost}${toPort}${exchange.path}${query}`
    case 'replace':
      return `${toScheme}://${toHost}${toPort}${path.path}${path.path.includes('?') ? '' : query}`
    case 'rewrite':
      return `${toScheme}://${toHost}${toPort}${rewritePath(path.rewrite, exchange.path)}${query}`
  }
}

/** The request's own host, without the port where another is given, or where it was the old scheme's own. */
function ownHost({ host, authorityPort, scheme }: HttpExchange, toScheme: string, hasPort: boolean): string {
  const isOldDefault = toScheme !== scheme && authorityPort === (scheme === 'https' ? 443 : 80)
  return hasPort || isOldDefault ? host.slice(0, portStartOf(host)) : host
}
