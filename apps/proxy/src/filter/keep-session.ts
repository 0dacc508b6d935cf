import { type HttpFilter, heldSession } from '@heddle/engine/filter/http-filter'
import { hasSession, sessionAddress, sessionHeader } from '@heddle/engine/session/session-state'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

type SessionFilter = Extract<HttpFilter, { kind: 'session' }>

/** Reads which endpoint the client was given before. */
export function keepSession(filter: SessionFilter): Filter<RoutedStage> {
  return (exchange) => {
    const policy = heldSession(filter, exchange.route, exchange.choice)
    if (policy === undefined || !hasSession(policy, exchange.path)) return CONTINUE
    // Now, because the route may rewrite the path before the answer comes.
    exchange.session = policy
    exchange.sessionAddress = sessionAddress(policy, exchange, exchange.startedAt / 1000)
    return CONTINUE
  }
}

/** Gives the client the endpoint that answered, unless it has it. */
export const giveSession: ResponseFilter = (exchange, headers) => {
  const { session, endpoint } = exchange
  if (session === undefined || endpoint === undefined || exchange.details !== 'via_upstream') return
  if (endpoint.key === exchange.sessionAddress) return
  const [name, value] = sessionHeader(session, endpoint.key, Math.floor(Date.now() / 1000))
  if (name === 'set-cookie') headers.append(name, value)
  else headers.set(name, value)
}
