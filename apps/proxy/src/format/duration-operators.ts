import { nowMs } from '../clock/event-clock.ts'
import type { FormatOperator } from './format-operator.ts'
import type { LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'
import { loggedTimes } from './logged-times.ts'

/** A moment in the clock of `nowMs`; undefined where it has not come, or never will. */
type Moment<Of> = (of: Of) => number | undefined

const received = (exchange: LoggedExchange) => {
  const requestMs = loggedTimes.requestMs(exchange)
  return requestMs < 0 ? undefined : loggedTimes.beganMs(exchange) + requestMs
}
const answered = ({ startedMs, upstreamMs }: LoggedExchange) => (upstreamMs < 0 ? undefined : startedMs + upstreamMs)
const ended = ({ startedMs, durationMs, isEnded }: LoggedExchange) => (isEnded ? startedMs + durationMs : undefined)
const ready = ({ lastTry }: LoggedExchange) => past(lastTry?.readyMs)
const facts = ({ lastTry }: LoggedExchange) => lastTry?.port?.facts

function past(ms: number | undefined): number | undefined {
  return ms === undefined || ms < 0 ? undefined : ms
}

/** The last byte of the request goes on as soon as it and its connection are there. */
const sent: Moment<LoggedExchange> = (exchange) => {
  const [there, whole] = [ready(exchange), received(exchange)]
  return there === undefined || whole === undefined ? undefined : Math.max(there, whole)
}

/** Moments by the names that Envoy gives them; any other is one that a filter could have set, and none of ours does. */
const moments: Readonly<Record<string, Moment<LoggedExchange>>> = {
  DS_RX_BEG: loggedTimes.beganMs,
  DS_RX_END: received,
  US_CX_BEG: (exchange) => facts(exchange)?.begunMs,
  US_CX_END: (exchange) => past(facts(exchange)?.connectedMs),
  US_HS_END: (exchange) => past(facts(exchange)?.securedMs),
  US_TX_BEG: ready,
  US_TX_END: sent,
  US_RX_BEG: answered,
  US_RX_END: (exchange) => answered(exchange) && ended(exchange),
  DS_TX_BEG: (exchange) => (loggedTimes.wasAnswered(exchange) ? (answered(exchange) ?? ended(exchange)) : undefined),
  DS_TX_END: (exchange) => (loggedTimes.wasAnswered(exchange) ? ended(exchange) : undefined),
}

const tcpMoments: Readonly<Record<string, Moment<LoggedSession>>> = {
  DS_RX_BEG: ({ startedMs }) => startedMs,
  US_CX_BEG: ({ upstream }) => upstream?.begunMs,
  US_CX_END: ({ upstream }) => past(upstream?.connectedMs),
  US_HS_END: ({ upstream }) => past(upstream?.securedMs),
}

const perMs: Readonly<Record<string, number>> = { ms: 1, us: 1000, ns: 1_000_000 }

/** `from:to:unit`, whole units. */
function between<Of>(known: Readonly<Record<string, Moment<Of>>>, of: Of, args: string): string {
  const [first = '', last = '', unit = 'ms'] = args.split(':')
  const [from, to] = [known[first]?.(of), known[last]?.(of)]
  // A connection that is used again was there before the request.
  return from === undefined || to === undefined || to < from ? '' : String(Math.floor((to - from) * (perMs[unit] ?? 1)))
}

const none = () => ''
const whole = (ms: number) => String(Math.trunc(ms))

/** What took how long, beyond the request as a whole (`time-operators.ts`). */
export const durationOperators = {
  COMMON_DURATION: {
    http: (exchange, args) => between(moments, exchange, args),
    tcp: (session, args) => between(tcpMoments, session, args),
    isNumber: true,
  },
  REQUEST_TX_DURATION: {
    http: (exchange) => between(moments, exchange, 'DS_RX_BEG:US_TX_END'),
    tcp: none,
    isNumber: true,
  },
  UPSTREAM_CONNECTION_POOL_READY_DURATION: {
    http: (exchange) => {
      const { lastTry } = exchange
      return lastTry === undefined ? '' : whole((ready(exchange) ?? ended(exchange) ?? nowMs()) - lastTry.startedMs)
    },
    tcp: ({ upstream }) => (upstream === undefined ? '' : whole(upstream.connectedMs - upstream.begunMs)),
    isNumber: true,
  },
  // From the request's beginning on: below zero where the connection was there before.
  DOWNSTREAM_HANDSHAKE_DURATION: {
    http: (exchange) => {
      const { tls } = exchange.connection
      return tls === undefined ? '' : whole(tls.securedMs - loggedTimes.beganMs(exchange))
    },
    tcp: ({ peer: { tls }, startedMs }) => (tls === undefined ? '' : whole(tls.securedMs - startedMs)),
    isNumber: true,
  },
} as const satisfies Record<string, FormatOperator>
