import type { LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'

/** Puts the text of one pattern together. */
export type LogText = {
  readonly http: (exchange: LoggedExchange) => string
  readonly tcp: (session: LoggedSession) => string
}
