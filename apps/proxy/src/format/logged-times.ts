import { nowMs } from '../clock/event-clock.ts'
import type { LoggedExchange } from './logged-exchange.ts'

/**
 * When what happened, counted from where the client's request began. One that a redirect led to is the same request to the
 * client, which has waited since then, and Envoy logs it so.
 */
export const loggedTimes = {
  beganMs: (of: LoggedExchange) => of.startedMs - beforeMs(of),
  beganAt: (of: LoggedExchange) => of.startedAt - beforeMs(of),
  /** Until it is over, so far. */
  durationMs: (of: LoggedExchange) => beforeMs(of) + (of.isEnded ? of.durationMs : nowMs() - of.startedMs),
  /** When it was whole; below zero where it is not. */
  requestMs: ({ requestMs, redirects }: LoggedExchange) => (redirects === undefined ? requestMs : redirects.requestMs),
  /** When the answer came; below zero where there is none. */
  upstreamMs: (of: LoggedExchange) => (of.upstreamMs < 0 ? -1 : beforeMs(of) + of.upstreamMs),
  /** Its client got something: not of an answer that was followed. */
  wasAnswered: ({ status, details }: LoggedExchange) => status !== 0 && details !== 'internal_redirect',
}

function beforeMs({ redirects }: LoggedExchange): number {
  return redirects === undefined ? 0 : redirects.beganBeforeMs
}
