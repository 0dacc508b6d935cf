import { Socket } from 'node:net'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpBytes } from '../exchange/tcp-session.ts'
import type { TunnelEnd } from './join-sockets.ts'

/** What went through a tunnel is the body of its exchange. A stream has counted its frames itself; a socket has no codec any more. */
export function addTunnelBytes(
  exchange: HttpExchange,
  { fromClient, fromUpstream }: TcpBytes,
  client: TunnelEnd,
  server: TunnelEnd,
): void {
  const { downstream, lastTry } = exchange
  exchange.requestBytes += fromClient
  exchange.responseBytes += fromUpstream
  if (client instanceof Socket) {
    downstream.received.bytes += fromClient
    downstream.sent.bytes += fromUpstream
  }
  const port = server instanceof Socket ? lastTry?.port : undefined
  if (port === undefined) return
  port.sent.bytes += fromClient
  port.received.bytes += fromUpstream
}
