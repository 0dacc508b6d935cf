import { endExchange } from '../exchange/end-exchange.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpBytes } from '../exchange/tcp-session.ts'
import { addTunnelBytes } from './add-tunnel-bytes.ts'
import type { TunnelCut, TunnelEnd } from './join-sockets.ts'

/** A tunnel is a stream: what its route says about one that is quiet, or else the listener; 0 is never, as in Envoy. */
export function tunnelIdleMs({ chain, route }: HttpExchange): number {
  const ofRoute = route?.action.kind === 'forward' ? route.action.idleTimeoutMs : undefined
  return ofRoute ?? chain.streamIdleTimeoutMs
}

/** Both directions are over. */
export function endTunnel(
  exchange: HttpExchange,
  bytes: TcpBytes,
  client: TunnelEnd,
  upstream: TunnelEnd,
  why: TunnelCut | undefined,
): void {
  addTunnelBytes(exchange, bytes, client, upstream)
  if (why === 'idle') {
    exchange.addFlag('SI')
    exchange.details = 'stream_idle_timeout'
  }
  if (why !== undefined) exchange.cutBy = 'proxy'
  else if (!client.readableEnded) exchange.cutBy = 'client'
  endExchange(exchange)
}
