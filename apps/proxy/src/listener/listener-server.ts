import { createServer, type Server, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { readAccepted, readSecure, SocketReader } from '../codec/socket-reader.ts'
import type { FilterChain, HttpChain, ListenerConfig, SocketAddress } from '../config/proxy-config.ts'
import { buildFilters } from '../exchange/build-filters.ts'
import type { HttpFilters, ServingChain } from '../exchange/http-filters.ts'
import type { ConnectionPeer } from '../exchange/request-peer.ts'
import { subjectAltNames, uriOf } from '../identity/subject-alt-names.ts'
import type { Runtime } from '../traffic/runtime.ts'
import { acceptTls } from './accept-tls.ts'
import { freeSocketPath } from './free-socket-path.ts'
import { type HttpConnection, serveHttpConnection } from './http-connection.ts'
import { pickChain } from './pick-chain.ts'
import { serveTcpConnection } from './tcp-connection.ts'

/** One listening socket. Its configuration can change while it listens; each request is served by what is current when it begins. */
export class ListenerServer {
  config: ListenerConfig
  private readonly server: Server
  private readonly runtime: Runtime
  private readonly connections = new Set<HttpConnection>()
  private readonly tunnels = new Set<Socket>()
  private readonly perSource = new Map<string, number>()
  private readonly filters = new WeakMap<HttpChain, HttpFilters>()
  private accepted = 0

  constructor(config: ListenerConfig, runtime: Runtime) {
    this.config = config
    this.runtime = runtime
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.accept(socket))
  }

  /** Resolves when connections are accepted; rejects with the reason, as EADDRINUSE. */
  async listen(): Promise<void> {
    const { address } = this.config
    if (address.kind === 'unix') await freeSocketPath(address.path)
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      const listening = () => {
        this.server.off('error', reject)
        this.server.on('error', () => undefined)
        resolve()
      }
      const backlog = 4096
      if (address.kind === 'unix') this.server.listen({ path: address.path, backlog }, listening)
      else this.server.listen({ host: address.host, port: address.port, backlog }, listening)
    })
  }

  /** Where it listens; the port is the real one when 0 was asked for. */
  get address(): SocketAddress {
    const bound = this.server.address()
    if (bound === null || typeof bound === 'string') return this.config.address
    return { kind: 'tcp', host: bound.address, port: bound.port }
  }

  get openConnections(): number {
    return this.connections.size + this.tunnels.size
  }

  /** Takes no new connection, and ends those there are after what is under way. */
  drain(): void {
    this.server.close()
    for (const connection of [...this.connections]) connection.drain()
  }

  /** Ends whatever is left. */
  destroy(): void {
    this.server.close()
    for (const { socket } of this.connections) socket.destroy()
    for (const socket of this.tunnels) socket.destroy()
  }

  private accept(accepted: Socket): void {
    const { runtime, config } = this
    const source = accepted.remoteAddress ?? ''
    const { load, limits } = runtime
    const fromSource = this.perSource.get(source) ?? 0
    const isFull =
      load.connections >= limits.connectionsMax ||
      fromSource >= limits.connectionsPerSourceMax ||
      this.accepted >= config.connectionsMax
    const peer = peerOf(accepted)
    const chain = isFull ? undefined : pickChain(config, peer.address, peer.destinationPort)
    if (chain === undefined) {
      accepted.on('error', () => undefined)
      accepted.resetAndDestroy()
      return
    }
    this.accepted++
    load.connections++
    this.perSource.set(source, fromSource + 1)
    runtime.observer.onConnectionOpen(config)
    let serving = accepted
    const onClose = () => {
      this.accepted--
      load.connections--
      const left = (this.perSource.get(source) ?? 1) - 1
      if (left > 0) this.perSource.set(source, left)
      else this.perSource.delete(source)
      this.tunnels.delete(serving)
      runtime.observer.onConnectionClose(config)
    }
    const serve = (socket: Socket, reader: SocketReader, from: ConnectionPeer) => {
      serving = socket
      this.serve(socket, reader, config, chain, from)
    }
    const reader = new SocketReader()
    if (chain.tls !== undefined) {
      accepted.once('close', onClose)
      // Until it is served it is one of those that a drain waits for and an end ends.
      this.tunnels.add(accepted)
      acceptTls(accepted, chain.tls, (socket) => {
        this.tunnels.delete(accepted)
        if (chain.network.kind === 'http') readSecure(socket, reader)
        serve(socket, reader, { ...peer, ...securePeer(socket) })
      })
      return
    }
    const socket = chain.network.kind === 'tcp' ? accepted : readAccepted(accepted, reader)
    socket.once('close', onClose)
    serve(socket, reader, peer)
  }

  private serve(
    socket: Socket,
    reader: SocketReader,
    config: ListenerConfig,
    { network }: FilterChain,
    peer: ConnectionPeer,
  ): void {
    if (network.kind === 'tcp') {
      this.tunnels.add(socket)
      serveTcpConnection(socket, config, network, this.runtime)
      return
    }
    let serving = this.servingChain(config, network)
    const current = () => {
      // The same configuration as for the request before, nearly always.
      if (serving.listener === this.config) return serving
      const next = pickChain(this.config, peer.address, peer.destinationPort)?.network
      if (next?.kind === 'http') serving = this.servingChain(this.config, next)
      return serving
    }
    const connection = serveHttpConnection(socket, reader, current, peer, this.runtime, () => {
      this.connections.delete(connection)
    })
    this.connections.add(connection)
  }

  private servingChain(listener: ListenerConfig, chain: HttpChain): ServingChain {
    let filters = this.filters.get(chain)
    if (filters === undefined) {
      filters = buildFilters(chain, this.runtime, this.runtime.resume)
      this.filters.set(chain, filters)
    }
    return { listener, chain, filters }
  }
}

function peerOf(socket: Socket): ConnectionPeer {
  const address = unmapped(socket.remoteAddress ?? '')
  return {
    address,
    port: socket.remotePort ?? 0,
    remoteAddress: address,
    principal: undefined,
    destinationAddress: unmapped(socket.localAddress ?? ''),
    destinationPort: socket.localPort ?? 0,
    sni: undefined,
    isSecure: false,
  }
}

/** What the handshake has proved. */
function securePeer(socket: TLSSocket): Pick<ConnectionPeer, 'principal' | 'sni' | 'isSecure'> {
  const names = socket.authorized ? subjectAltNames(socket.getPeerX509Certificate()?.subjectAltName) : []
  return { principal: uriOf(names), sni: socket.servername || undefined, isSecure: true }
}

/** An IPv4 client of a dual-stack socket is an IPv4 client; and the zone of a link-local address is ours, not the client's. */
function unmapped(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7)
  const zone = address.indexOf('%')
  return zone < 0 ? address : address.slice(0, zone)
}
