import type { LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'

/**
 * What an operator tells of a request, and of a connection whose bytes pass unread; undefined or '' where there is nothing to
 * tell. `args` is what stands in its brackets.
 */
export type FormatOperator = {
  readonly http: (exchange: LoggedExchange, args: string) => string | undefined
  readonly tcp: (session: LoggedSession, args: string) => string | undefined
  readonly isNumber?: true
  /** An empty text is something that it tells. */
  readonly isText?: true
  /** As a value of JSON, where that is not a text or a number. */
  readonly json?: (exchange: LoggedExchange, args: string) => string
  /** The same of a connection. */
  readonly tcpJson?: (session: LoggedSession, args: string) => string
}
