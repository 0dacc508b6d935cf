import type { ForwardAction } from '@heddle/engine/route/forward-action'
import {
  type OverrideHeader,
  overrideAction,
  overrideHeaders,
  type RequestOverrides,
} from '@heddle/engine/route/request-overrides'
import type { HttpExchange } from './http-exchange.ts'

const known = new Set<string>(overrideHeaders)

/** What the route does with a request, and what the request asks for beside it. */
export function askedAction(exchange: HttpExchange, configured: ForwardAction): ForwardAction {
  const asked = takeOverrides(exchange)
  return asked === undefined ? configured : overrideAction(configured, asked)
}

/**
 * Takes the headers out by which a request asks for retries and timeouts of its own. Those of requests that may not ask are
 * gone by now (`filter/forwarded-headers.ts`). Undefined, nearly always: there are none.
 */
function takeOverrides({ headers, chain }: HttpExchange): RequestOverrides | undefined {
  if (chain.edge.internalRanges.length === 0) return undefined
  const { names, values, count } = headers
  let asked: RequestOverrides | undefined
  for (let index = 0; index < count; index++) {
    const name = names[index] as string // in range
    // "x-e": hardly a name gets further.
    if (name.charCodeAt(2) !== 101 || name.charCodeAt(0) !== 120 || !known.has(name)) continue
    asked ??= {}
    asked[name as OverrideHeader] = values[index] as string // known, and in range
    names[index] = ''
  }
  return asked
}
