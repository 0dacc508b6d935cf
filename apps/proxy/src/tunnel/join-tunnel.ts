import { nowMs } from '../clock/event-clock.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { UpstreamTry } from '../exchange/upstream-try.ts'
import { NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { stripHopByHop } from '../message/hop-by-hop.ts'
import { endTunnel, tunnelIdleMs } from './end-tunnel.ts'
import { joinSockets, type TunnelEnd } from './join-sockets.ts'

/** The upstream has accepted an upgrade (101) or a CONNECT (2xx): passes its answer on, then the bytes of both sides, until both end. */
export function joinTunnel(
  exchange: HttpExchange,
  upstream: UpstreamTry,
  headers: HeaderBlock,
  { wheel }: Runtime,
): void {
  const { port } = upstream
  if (port === undefined) return
  upstream.cluster.record(upstream.endpoint, 'ok', nowMs())
  stripHopByHop(headers)
  if (exchange.method === 'CONNECT') {
    // The tunnel has no length (RFC 9110 §9.3.6).
    headers.remove('content-length')
  } else {
    headers.set('connection', 'upgrade')
    headers.set('upgrade', exchange.upgrade)
  }
  exchange.responseHeaders = headers
  exchange.downstream.sendHead(exchange.status, headers, NO_BODY, 0)
  exchange.downstream.flush()
  const client = exchange.downstream.detach() as TunnelEnd // the codec's port gives its socket, or what stands for one
  const server = port.detach() as TunnelEnd // likewise
  const bytes = { fromClient: 0, fromUpstream: 0 }
  joinSockets(client, server, {
    wheel,
    bytes,
    idleTimeoutMs: tunnelIdleMs(exchange),
    durationMaxMs: undefined,
    onEnd: (why) => {
      upstream.end()
      endTunnel(exchange, bytes, client, server, why)
    },
  })
}
