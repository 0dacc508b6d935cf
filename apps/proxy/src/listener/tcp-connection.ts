import type { Socket } from 'node:net'
import { type Hash64, xxHash64 } from '@heddle/engine/hash/xx-hash64'
import { newTimer } from '../clock/timer-wheel.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { ProxyHeader } from '../codec/proxy-protocol/read-proxy-header.ts'
import { resetSocket } from '../codec/reset-socket.ts'
import type { TcpChain } from '../config/tcp-chain.ts'
import { requestedDestination } from '../exchange/requested-destination.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import { askForTunnel } from '../tunnel/ask-for-tunnel.ts'
import { dialUpstream } from '../tunnel/dial-upstream.ts'
import { joinSockets } from '../tunnel/join-sockets.ts'
import type { OpeningUpstream, OpenUpstream, UpstreamTaker } from '../tunnel/open-upstream.ts'
import { tunnelRequest } from './tunnel-request.ts'

/** `tcp_proxy`: one upstream connection for one downstream connection, bytes passed on unread. */
export function serveTcpConnection(socket: Socket, session: TcpSession, runtime: Runtime): void {
  new TcpConnection(socket, session, runtime).dial([])
}

/** Finds an upstream for one client: another endpoint when one refuses, as often as the configuration allows. */
class TcpConnection {
  private readonly socket: Socket
  private readonly chain: TcpChain
  private readonly session: TcpSession
  private readonly peer: ConnectionPeer
  private readonly runtime: Runtime
  private readonly hash: Hash64 | undefined
  private readonly durationMaxMs: number | undefined

  constructor(socket: Socket, session: TcpSession, runtime: Runtime) {
    this.socket = socket
    this.chain = session.chain
    this.session = session
    this.peer = session.peer
    this.runtime = runtime
    this.durationMaxMs = jittered(this.chain, runtime.random)
    if (this.chain.hashesSource) {
      this.hash = { hi: 0, lo: 0 }
      xxHash64(this.peer.address, this.hash)
    }
    socket.on('error', () => undefined)
    if (this.chain.logIntervalMs !== undefined) this.logEvery(this.chain.logIntervalMs)
  }

  dial(tried: readonly EndpointState[]): void {
    const { session, runtime } = this
    const cluster = runtime.cluster(session.clusterName)
    session.cluster = cluster?.config
    const endpoint = cluster && this.choose(cluster, tried)
    if (cluster === undefined) {
      runtime.counts.tcpChain(this.chain.statPrefix).noRoute++
      this.refuse('NC')
    } else if (endpoint === undefined) this.refuse('UH')
    else if (this.isCrowded(endpoint)) {
      endpoint.cluster.totals.overflows++
      this.refuse('UO')
    } else {
      session.endpoint = endpoint.config
      session.attempted.push(endpoint.config)
      this.connect(cluster, endpoint, tried)
    }
  }

  /** Connections to another proxy are shared, those to a server are not. */
  private isCrowded({ cluster: { breaker }, pools }: EndpointState): boolean {
    return this.chain.tunneling === undefined ? breaker.isOutOfConnections : breaker.isFull(pools.usual)
  }

  private choose(cluster: ClusterState, tried: readonly EndpointState[]): EndpointState | undefined {
    const { discovery } = cluster.config
    if (discovery.kind !== 'original-destination')
      return cluster.pick(performance.now(), tried, this.hash, this.session.subset)
    const destination = requestedDestination(discovery, this.peer, undefined)
    return destination && cluster.learn(destination, performance.now())
  }

  private connect(named: ClusterState, endpoint: EndpointState, tried: readonly EndpointState[]): void {
    const { socket, chain, session } = this
    let opening: OpeningUpstream | undefined
    const settle = () => {
      this.runtime.wheel.clear(wait)
      socket.off('close', gone)
    }
    const taker: UpstreamTaker = {
      onUpstream: (upstream) => {
        settle()
        this.join(endpoint, upstream)
      },
      onNoUpstream: () => {
        settle()
        if (tried.length + 1 < chain.connectAttemptsMax) this.dial([...tried, endpoint])
        else this.refuse('UF,URX')
      },
    }
    // The client may give up while we connect.
    const gone = () => {
      settle()
      opening?.giveUp()
      session.flags = 'DC'
      this.tellEnd()
    }
    const wait = newTimer(() => {
      settle()
      opening?.giveUp()
      this.giveUpWaiting()
    })
    socket.once('close', gone)
    if (chain.tunneling === undefined) {
      opening = dialUpstream(endpoint, clientOf(this.peer), taker)
      return
    }
    const request = tunnelRequest(session, chain.tunneling)
    if (request === undefined) {
      settle()
      session.details = 'tunnel_host_invalid'
      this.refuse('UF')
      return
    }
    // What another proxy does before it answers has no time of its own.
    const waitMs = this.waitMs()
    if (waitMs !== undefined) this.runtime.wheel.set(wait, waitMs)
    opening = askForTunnel(named, endpoint, request, tried.length > 0, taker)
  }

  /** How long nothing may come of it; undefined for as long as it likes. */
  private waitMs(): number | undefined {
    const { idleTimeoutMs } = this.chain
    const waits = [idleTimeoutMs > 0 ? idleTimeoutMs : undefined, this.durationLeftMs()]
    const least = Math.min(...waits.filter((each) => each !== undefined))
    return least === Number.POSITIVE_INFINITY ? undefined : least
  }

  private durationLeftMs(): number | undefined {
    const { durationMaxMs, session } = this
    return durationMaxMs && Math.max(1, session.startedMs + durationMaxMs - performance.now())
  }

  private giveUpWaiting(): void {
    const tally = this.runtime.counts.tcpChain(this.chain.statPrefix)
    const isOld = (this.durationLeftMs() ?? Number.POSITIVE_INFINITY) <= 1
    if (isOld) tally.durationsReached++
    else tally.idleTimeouts++
    this.refuse(isOld ? 'DT,UF' : 'UF')
  }

  private join(endpoint: EndpointState, upstream: OpenUpstream): void {
    const { socket, chain, session, runtime } = this
    const { end, localAddress, facts, leave } = upstream
    session.upstreamLocal = localAddress
    session.upstream = facts
    runtime.observer.onTcpOpen(session)
    if (chain.logsConnected) runtime.observer.onTcpLog(session, 'TcpUpstreamConnected')
    if (endpoint.cluster.config.closesOnFailure) endpoint.tunnels.add(end)
    joinSockets(socket, end, {
      wheel: runtime.wheel,
      idleTimeoutMs: chain.idleTimeoutMs,
      durationMaxMs: this.durationLeftMs(),
      clientBytesMax: session.listener.bufferBytesMax,
      upstreamBytesMax: endpoint.cluster.config.bufferBytesMax,
      bytes: session.bytes,
      onEnd: (why) => {
        leave()
        endpoint.tunnels.delete(end)
        if (chain.tunneling?.keepsTrailers) session.tunnelTrailers = upstream.trailers()
        const tally = runtime.counts.tcpChain(chain.statPrefix)
        if (why === 'idle') tally.idleTimeouts++
        if (why === 'upstream-reset') session.flags = 'UR'
        if (why === 'duration') {
          session.flags = 'DT'
          tally.durationsReached++
        }
        runtime.observer.onTcpEnd(session)
      },
    })
  }

  private logEvery(intervalMs: number): void {
    const { socket, session, runtime } = this
    const timer = newTimer(() => {
      runtime.observer.onTcpLog(session, 'TcpPeriodic')
      runtime.wheel.set(timer, intervalMs)
    })
    runtime.wheel.set(timer, intervalMs)
    socket.once('close', () => runtime.wheel.clear(timer))
  }

  /** No upstream: the client sees a broken connection, not an empty answer. */
  private refuse(flag: string): void {
    const { socket, session } = this
    session.flags = flag
    resetSocket(socket)
    this.tellEnd()
  }

  private tellEnd(): void {
    const { session, runtime } = this
    runtime.observer.onTcpOpen(session)
    runtime.observer.onTcpEnd(session)
  }
}

function clientOf({ address, port, destinationAddress, destinationPort }: ConnectionPeer): ProxyHeader['addresses'] {
  return { source: address, sourcePort: port, destination: destinationAddress, destinationPort }
}

function jittered(
  { connectionDurationMaxMs, connectionDurationJitter }: TcpChain,
  random: () => number,
): number | undefined {
  return connectionDurationMaxMs && connectionDurationMaxMs * (1 + random() * connectionDurationJitter)
}
