import type { ListenerConfig } from '../config/proxy-config.ts'
import type { HttpExchange } from './http-exchange.ts'

/** What telemetry is told. Called on the request path: it must not wait, throw or keep the exchange. */
export type ExchangeObserver = {
  /** The answer is complete or the client is gone; every field of the exchange may be read, and none later. */
  onExchangeEnd(exchange: HttpExchange): void
  onConnectionOpen(listener: ListenerConfig): void
  onConnectionClose(listener: ListenerConfig): void
  /** A connection whose bytes are passed on unread. */
  onTcpEnd(tcp: TcpSummary): void
}

export type TcpSummary = {
  readonly listener: ListenerConfig
  readonly cluster: string
  readonly bytesReceived: number
  readonly bytesSent: number
  readonly durationMs: number
  readonly flags: string
}

export const silentObserver: ExchangeObserver = {
  onExchangeEnd: () => undefined,
  onConnectionOpen: () => undefined,
  onConnectionClose: () => undefined,
  onTcpEnd: () => undefined,
}
