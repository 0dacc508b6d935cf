import { wallMs } from '../clock/event-clock.ts'
import type { FormatOperator } from './format-operator.ts'
import { formatTime } from './format-time.ts'
import type { LoggedSession } from './logged-session.ts'
import { loggedTimes } from './logged-times.ts'
import { timestamp } from './timestamp.ts'

const none = () => ''
const rounded = (ms: number) => (ms < 0 ? '' : String(Math.round(ms)))

/** In the place of the local time there is UTC: a proxy has no place on earth. */
function written(atMs: number, format: string): string {
  return format === '' ? timestamp(atMs) : formatTime(format, atMs)
}

function began({ startedMs }: LoggedSession): number {
  return Date.now() - (performance.now() - startedMs)
}

export const timeOperators = {
  START_TIME: {
    http: (exchange, format) => written(loggedTimes.beganAt(exchange), format),
    tcp: (session, format) => written(began(session), format),
  },
  EMIT_TIME: { http: (_, format) => written(wallMs(), format), tcp: (_, format) => written(wallMs(), format) },
  DURATION: {
    http: (exchange) => rounded(loggedTimes.durationMs(exchange)),
    tcp: ({ startedMs }) => (performance.now() - startedMs).toFixed(0),
    isNumber: true,
  },
  REQUEST_DURATION: { http: (exchange) => rounded(loggedTimes.requestMs(exchange)), tcp: none, isNumber: true },
  RESPONSE_DURATION: { http: (exchange) => rounded(loggedTimes.upstreamMs(exchange)), tcp: none, isNumber: true },
  // From the upstream's first byte to the client's last.
  RESPONSE_TX_DURATION: {
    http: (exchange) => {
      const { upstreamMs, durationMs, isEnded } = exchange
      return upstreamMs < 0 || !isEnded || !loggedTimes.wasAnswered(exchange)
        ? ''
        : (durationMs - upstreamMs).toFixed(0)
    },
    tcp: none,
    isNumber: true,
  },
  // Only HTTP/3 knows when a client has got everything.
  ROUNDTRIP_DURATION: { http: none, tcp: none, isNumber: true },
} as const satisfies Record<string, FormatOperator>
