import { nowMs } from '../clock/event-clock.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { prioritySettings } from '../cluster/pool-settings.ts'
import { StreamTunnel } from '../codec/http2/stream-tunnel.ts'
import type { ProxyHeader } from '../codec/proxy-protocol/read-proxy-header.ts'
import { UpstreamTry } from '../exchange/upstream-try.ts'
import { CHUNKED, NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamEvents, UpstreamFailure, UpstreamPort } from '../message/upstream-port.ts'
import type { RequestOrigin } from '../pool/connection-pool.ts'
import { EndpointPool } from '../pool/endpoint-pool.ts'
import { endpointDial } from '../pool/open-socket.ts'
import type { TunnelEnd } from './join-sockets.ts'
import type { OpeningUpstream, UpstreamTaker } from './open-upstream.ts'
import { PostedBytes } from './posted-bytes.ts'

/** What another proxy is asked. */
export type TunnelRequest = {
  readonly method: 'CONNECT' | 'POST'
  readonly path: string
  /** With `host`. */
  readonly headers: HeaderBlock
  readonly origin: RequestOrigin
  /** For PROXY headers. */
  readonly client: ProxyHeader['addresses']
  /** The head by which the other proxy lets the bytes through. */
  onAnswer(status: number, headers: HeaderBlock): void
}

/**
 * Asks an endpoint, which is a proxy itself, to pass bytes on: what follows its 2xx is the tunnel (RFC 9110 §9.3.6). Over
 * HTTP/1.1 it takes the whole connection, over HTTP/2 one stream.
 */
export function askForTunnel(
  named: ClusterState,
  endpoint: EndpointState,
  request: TunnelRequest,
  isRetry: boolean,
  taker: UpstreamTaker,
): OpeningUpstream {
  return new TunnelAttempt(named, endpoint, request, isRetry, taker)
}

class TunnelAttempt implements UpstreamEvents, OpeningUpstream {
  private readonly endpoint: EndpointState
  private readonly request: TunnelRequest
  private readonly taker: UpstreamTaker
  private readonly attempt: UpstreamTry
  /** Of this client alone; undefined: connections are shared. */
  private readonly ownPool: EndpointPool | undefined
  private end: TunnelEnd | undefined
  private isOver = false

  constructor(
    named: ClusterState,
    endpoint: EndpointState,
    request: TunnelRequest,
    isRetry: boolean,
    taker: UpstreamTaker,
  ) {
    const now = nowMs()
    this.endpoint = endpoint
    this.request = request
    this.taker = taker
    this.attempt = new UpstreamTry(named, endpoint.cluster.breaker, endpoint, isRetry, now, undefined)
    this.ownPool = poolFor(endpoint, request.client)
    const pool = this.ownPool ?? endpoint.pools.usual
    this.attempt.connecting = pool.acquire(this, now, request.origin)
  }

  giveUp(): void {
    if (this.isOver) return
    this.isOver = true
    this.attempt.abandon()
    this.ownPool?.close()
  }

  onUpstreamReady(port: UpstreamPort): void {
    const { method, path, headers } = this.request
    this.attempt.take(port)
    port.sendHead(method, path, headers, method === 'POST' ? CHUNKED : NO_BODY, -1)
    if (method === 'CONNECT') port.sendEnd(undefined)
  }

  onUpstreamFailed(failure: UpstreamFailure): void {
    if (this.end instanceof PostedBytes) this.end.cut()
    else this.fail(failure === 'overflow')
  }

  onInterim(): void {
    // Nobody behind us waits for one.
  }

  onUpgraded(status: number, headers: HeaderBlock): void {
    const { port } = this.attempt
    if (this.isOver || port === undefined) return
    this.open(status, headers, port, port.detach() as TunnelEnd) // a socket, or what stands for one
  }

  onResponse(status: number, headers: HeaderBlock): void {
    const { port } = this.attempt
    const isTunnel = this.request.method === 'POST' && status >= 200 && status < 300
    if (!isTunnel || port === undefined) this.fail(false)
    else this.open(status, headers, port, new PostedBytes(port))
  }

  onResponseData(chunk: Buffer): void {
    if (this.end instanceof PostedBytes) this.end.takeSome(chunk)
  }

  onResponsePaused(): void {
    // What came is handed on as it comes.
  }

  onResponseEnd(trailers: HeaderBlock | undefined): void {
    if (this.end instanceof PostedBytes) this.end.takeEnd(trailers)
  }

  onUpstreamDrained(): void {
    if (this.end instanceof PostedBytes) this.end.wake()
  }

  private open(status: number, headers: HeaderBlock, port: UpstreamPort, end: TunnelEnd): void {
    const { endpoint, attempt, request, taker } = this
    this.end = end
    this.isOver = true
    endpoint.cluster.record(endpoint, 'ok', nowMs())
    request.onAnswer(status, headers)
    taker.onUpstream({
      end,
      localAddress: port.localAddress,
      facts: port.facts,
      trailers: () => (end instanceof PostedBytes || end instanceof StreamTunnel ? end.trailers : undefined),
      leave: () => {
        attempt.end()
        this.ownPool?.close()
      },
    })
  }

  /** Whatever it says: there is no way through. */
  private fail(isOverflow: boolean): void {
    if (this.isOver) return
    const { endpoint } = this
    this.giveUp()
    if (isOverflow) endpoint.cluster.totals.activeOverflows++
    else endpoint.cluster.record(endpoint, 'local-failure', nowMs())
    this.taker.onNoUpstream()
  }
}

/** A connection that begins by telling who the client is serves no other client. */
function poolFor(
  { cluster, config, pools, socket }: EndpointState,
  client: ProxyHeader['addresses'],
): EndpointPool | undefined {
  if (socket.proxyProtocol === undefined) return undefined
  const { usual } = prioritySettings(cluster.config, socket)
  const settings = { ...usual, ...endpointDial(cluster.config, socket, client) }
  return new EndpointPool(config.address, settings, cluster.counts, pools.dialCounts)
}
