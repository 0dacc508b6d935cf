import type { ListenerConfig } from '../config/listener-config.ts'
import type { LoggedSession } from '../format/logged-session.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { TcpSession } from './tcp-session.ts'

/** What telemetry is told. Called on the request path: it must not wait, throw or keep the exchange. */
export type ExchangeObserver = {
  /** The answer is complete or the client is gone; every field of the exchange may be read, and none later. */
  onExchangeEnd(exchange: HttpExchange): void
  onConnectionOpen(listener: ListenerConfig): void
  onConnectionClose(listener: ListenerConfig): void
  /** No chain takes a connection, and the listener has a log of such. */
  onUnserved(listener: ListenerConfig, session: LoggedSession): void
  /** A connection whose bytes are passed on unread has its upstream, or `flags` say why it gets none; said once. */
  onTcpOpen(session: TcpSession): void
  /** One of the lines of its access log that it asks for while it lasts. */
  onTcpLog(session: TcpSession, logType: 'TcpUpstreamConnected' | 'TcpPeriodic'): void
  /** It is over; said after `onTcpOpen`, unless the client left before. */
  onTcpEnd(session: TcpSession): void
}

export const silentObserver: ExchangeObserver = {
  onExchangeEnd: () => undefined,
  onConnectionOpen: () => undefined,
  onConnectionClose: () => undefined,
  onUnserved: () => undefined,
  onTcpOpen: () => undefined,
  onTcpLog: () => undefined,
  onTcpEnd: () => undefined,
}
