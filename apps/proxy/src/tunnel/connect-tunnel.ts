import type { Socket } from 'node:net'
import type { ForwardAction } from '@heddle/engine/route/forward-action'
import { nowMs } from '../clock/event-clock.ts'
import { writeProxyHeader } from '../codec/proxy-protocol/write-proxy-header.ts'
import { chooseEndpoint, firstTry } from '../exchange/choose-endpoint.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import { replyToFailure } from '../exchange/reply-to-failure.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { NO_BODY } from '../message/body-framing.ts'
import { HeaderBlock } from '../message/header-block.ts'
import { endTunnel, tunnelIdleMs } from './end-tunnel.ts'
import { joinSockets, type TunnelEnd } from './join-sockets.ts'
import { openTunnelSocket } from './open-tunnel-socket.ts'

/** A CONNECT is tried once. */
const once = { hasRetried: false, wereInVain: false }

/**
 * Ends a CONNECT here (RFC 9110 §9.3.6): dials an endpoint of the route's cluster, answers 200, and passes bytes both ways
 * unread. Whatever authority the client names, the route decides where it goes.
 */
export function connectTunnel(exchange: HttpExchange, action: ForwardAction, runtime: Runtime): void {
  const named = runtime.cluster(exchange.choice?.cluster ?? '')
  if (named === undefined) {
    exchange.addFlag('NC')
    localReply(exchange, action.clusterNotFoundStatus, 'cluster_not_found', '')
    return
  }
  exchange.cluster = named.config
  exchange.attempts++
  const endpoint = chooseEndpoint(exchange, named, action, firstTry, nowMs())
  if (endpoint === undefined || endpoint.cluster.breaker.isOutOfConnections) {
    if (endpoint !== undefined) endpoint.cluster.totals.overflows++
    replyToFailure(exchange, endpoint === undefined ? 'no-healthy-endpoint' : 'overflow', '', once)
    return
  }
  // An aggregate cluster has picked one of another.
  const { cluster } = endpoint
  exchange.endpoint = endpoint.config
  const { peer, generation } = exchange
  const client = {
    source: peer.address,
    sourcePort: peer.port,
    destination: peer.destinationAddress,
    destinationPort: peer.destinationPort,
  }
  const { upstream, readyEvent, opened, failed, leave } = openTunnelSocket(endpoint, client)
  // The client may have gone, and its connection may carry another request by now.
  const isOver = () => exchange.isEnded || exchange.generation !== generation
  const fail = (failure: 'connect-failure' | 'connect-timeout', detail: string) => {
    clearTimeout(timer)
    leave()
    upstream.on('error', () => undefined)
    upstream.destroy()
    failed(nowMs())
    if (!isOver()) replyToFailure(exchange, failure, detail, once)
  }
  const onError = (error: NodeJS.ErrnoException) => fail('connect-failure', error.code ?? error.message)
  const timer = setTimeout(() => {
    upstream.off('error', onError)
    fail('connect-timeout', 'connect_timeout')
  }, cluster.config.connectTimeoutMs)
  upstream.once('error', onError)
  upstream.once(readyEvent, () => {
    upstream.off('error', onError)
    clearTimeout(timer)
    opened(nowMs())
    if (isOver()) {
      leave()
      upstream.destroy()
      return
    }
    // Behind the TLS of the upstream, as what a client says.
    const version = action.connectEnd?.proxyHeader
    if (version !== undefined) upstream.write(writeProxyHeader(version, client))
    join(exchange, upstream, runtime, leave)
  })
}

function join(exchange: HttpExchange, upstream: Socket, { wheel }: Runtime, leave: () => void): void {
  exchange.status = 200
  exchange.details = 'via_upstream'
  const headers = new HeaderBlock()
  exchange.responseHeaders = headers
  exchange.downstream.sendHead(200, headers, NO_BODY, 0)
  exchange.downstream.flush()
  const client = exchange.downstream.detach() as TunnelEnd // the codec's port gives its socket
  const bytes = { fromClient: 0, fromUpstream: 0 }
  joinSockets(client, upstream, {
    wheel,
    bytes,
    idleTimeoutMs: tunnelIdleMs(exchange),
    durationMaxMs: undefined,
    onEnd: (why) => {
      leave()
      endTunnel(exchange, bytes, client, upstream, why)
    },
  })
}
