import type { Socket } from 'node:net'
import { type Hash64, xxHash64 } from '@heddle/engine/hash/xx-hash64'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { resetSocket } from '../codec/reset-socket.ts'
import type { TcpChain } from '../config/proxy-config.ts'
import type { ConnectionPeer } from '../exchange/request-peer.ts'
import { requestedDestination } from '../exchange/requested-destination.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { localAddressOf } from '../pool/local-address-of.ts'
import { clusterDial, openSocket, readyEvent } from '../pool/open-socket.ts'
import type { Runtime } from '../traffic/runtime.ts'
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
  }

  dial(tried: readonly EndpointState[]): void {
    const { session, runtime } = this
    const cluster = runtime.cluster(session.clusterName)
    session.cluster = cluster?.config
    const endpoint = cluster && this.choose(cluster, tried)
    if (cluster === undefined) this.refuse('NC')
    else if (endpoint === undefined) this.refuse('UH')
    else if (cluster.isOutOfConnections) {
      cluster.totals.overflows++
      this.refuse('UO')
    } else {
      session.endpoint = endpoint.config
      this.connect(cluster, endpoint, tried)
    }
  }

  private choose(cluster: ClusterState, tried: readonly EndpointState[]): EndpointState | undefined {
    const { discovery } = cluster.config
    if (discovery.kind !== 'original-destination') return cluster.pick(performance.now(), tried, this.hash)
    const destination = requestedDestination(discovery, this.peer, undefined)
    return destination && cluster.learn(destination, performance.now())
  }

  private connect(cluster: ClusterState, endpoint: EndpointState, tried: readonly EndpointState[]): void {
    const { socket, chain, session, runtime } = this
    const { address, port, destinationAddress, destinationPort } = this.peer
    const client = { source: address, sourcePort: port, destination: destinationAddress, destinationPort }
    const settings = clusterDial(cluster.config, client)
    const upstream = openSocket(endpoint.config.address, settings)
    cluster.counts.connections++
    cluster.counts.all.add(upstream)
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
      clearTimeout(timer)
      socket.off('close', gone)
      upstream.off('error', fail)
      runtime.observer.onTcpOpen(session)
      if (cluster.config.closesOnFailure) endpoint.tunnels.add(upstream)
      joinSockets(socket, upstream, {
        wheel: runtime.wheel,
        idleTimeoutMs: chain.idleTimeoutMs,
        durationMaxMs: chain.connectionDurationMaxMs,
        bytes: session.bytes,
        onEnd: (why) => {
          leave()
          endpoint.tunnels.delete(upstream)
          if (why === 'duration') session.flags = 'DT'
          runtime.observer.onTcpEnd(session)
        },
      })
    })
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
