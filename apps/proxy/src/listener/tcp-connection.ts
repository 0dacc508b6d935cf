import type { Socket } from 'node:net'
import { type Hash64, xxHash64 } from '@heddle/engine/hash/xx-hash64'
import { newTimer } from '../clock/timer-wheel.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { localAddressOf } from '../codec/local-address-of.ts'
import { upstreamFacts } from '../codec/note-dial.ts'
import { resetSocket } from '../codec/reset-socket.ts'
import type { TcpChain } from '../config/tcp-chain.ts'
import { requestedDestination } from '../exchange/requested-destination.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import { countTls } from '../pool/count-tls.ts'
import { endpointDial, openSocket, readyEvent } from '../pool/open-socket.ts'
import { joinSockets } from '../tunnel/join-sockets.ts'

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

  constructor(socket: Socket, session: TcpSession, runtime: Runtime) {
    this.socket = socket
    this.chain = session.chain
    this.session = session
    this.peer = session.peer
    this.runtime = runtime
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
    else if (endpoint.cluster.breaker.isOutOfConnections) {
      endpoint.cluster.totals.overflows++
      this.refuse('UO')
    } else {
      session.endpoint = endpoint.config
      session.attempted.push(endpoint.config)
      this.connect(endpoint, tried)
    }
  }

  private choose(cluster: ClusterState, tried: readonly EndpointState[]): EndpointState | undefined {
    const { discovery } = cluster.config
    if (discovery.kind !== 'original-destination')
      return cluster.pick(performance.now(), tried, this.hash, this.session.subset)
    const destination = requestedDestination(discovery, this.peer, undefined)
    return destination && cluster.learn(destination, performance.now())
  }

  private connect(endpoint: EndpointState, tried: readonly EndpointState[]): void {
    // An aggregate cluster has picked one of another.
    const { cluster } = endpoint
    const { socket, chain, session, runtime } = this
    const { address, port, destinationAddress, destinationPort } = this.peer
    const client = { source: address, sourcePort: port, destination: destinationAddress, destinationPort }
    const settings = endpointDial(cluster.config, endpoint.socket, client)
    const upstream = openSocket(endpoint.config.address, settings)
    countTls(upstream, settings, cluster.counts.tls)
    cluster.counts.connections++
    cluster.counts.all.add(upstream)
    cluster.counts.all.tunnels++
    cluster.counts.pendingTotal++
    endpoint.pools.dialCounts.total++
    endpoint.active++
    const leave = () => {
      cluster.counts.connections--
      endpoint.active--
    }
    const giveUp = () => {
      clearTimeout(timer)
      socket.off('close', gone)
      upstream.off('error', fail)
      upstream.on('error', () => undefined)
      leave()
      upstream.destroy()
    }
    const fail = () => {
      giveUp()
      cluster.counts.connectFailures++
      endpoint.pools.dialCounts.failures++
      cluster.record(endpoint, 'local-failure', performance.now())
      if (tried.length + 1 < chain.connectAttemptsMax) this.dial([...tried, endpoint])
      else this.refuse('UF')
    }
    // The client may give up while we connect.
    const gone = () => {
      giveUp()
      session.flags = 'DC'
      runtime.observer.onTcpOpen(session)
      runtime.observer.onTcpEnd(session)
    }
    const timer = setTimeout(fail, cluster.config.connectTimeoutMs)
    socket.once('close', gone)
    upstream.once('error', fail)
    upstream.once(readyEvent(settings), () => {
      session.upstreamLocal = localAddressOf(upstream)
      session.upstream = upstreamFacts(upstream)
      clearTimeout(timer)
      socket.off('close', gone)
      upstream.off('error', fail)
      cluster.totals.requests++
      endpoint.counts.requests++
      cluster.record(endpoint, 'tunnel-open', performance.now())
      runtime.observer.onTcpOpen(session)
      if (chain.logsConnected) runtime.observer.onTcpLog(session, 'TcpUpstreamConnected')
      if (cluster.config.closesOnFailure) endpoint.tunnels.add(upstream)
      joinSockets(socket, upstream, {
        wheel: runtime.wheel,
        idleTimeoutMs: chain.idleTimeoutMs,
        durationMaxMs: jittered(chain, runtime.random),
        clientBytesMax: session.listener.bufferBytesMax,
        upstreamBytesMax: cluster.config.bufferBytesMax,
        bytes: session.bytes,
        onEnd: (why) => {
          leave()
          endpoint.tunnels.delete(upstream)
          const tally = runtime.counts.tcpChain(chain.statPrefix)
          if (why === 'idle') tally.idleTimeouts++
          if (why === 'duration') {
            session.flags = 'DT'
            tally.durationsReached++
          }
          runtime.observer.onTcpEnd(session)
        },
      })
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
    const { socket, session, runtime } = this
    session.flags = flag
    resetSocket(socket)
    runtime.observer.onTcpOpen(session)
    runtime.observer.onTcpEnd(session)
  }
}

function jittered(
  { connectionDurationMaxMs, connectionDurationJitter }: TcpChain,
  random: () => number,
): number | undefined {
  return connectionDurationMaxMs && connectionDurationMaxMs * (1 + random() * connectionDurationJitter)
}
