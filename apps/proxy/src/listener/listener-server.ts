import { createServer, type Server, type Socket } from 'node:net'
import { newTimer } from '../clock/timer-wheel.ts'
import { lendReads, SocketReader } from '../codec/socket-reader.ts'
import type { AnswerChain } from '../config/answer-chain.ts'
import type { HttpChain } from '../config/http-chain.ts'
import type { FilterChain, ListenerConfig } from '../config/listener-config.ts'
import type { ConnectionTally } from '../counts/connection-tally.ts'
import type { ListenerCounts } from '../counts/traffic-counts.ts'
import type { ServingChain } from '../exchange/http-filters.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { SpareServers } from '../exchange/spare-servers.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { buildFilters } from '../filter/build-filters.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import type { SocketAddress, TcpAddress } from '../net/socket-address.ts'
import { acceptTls } from './accept-tls.ts'
import { answerConnection } from './answer-connection.ts'
import { ConnectionGate, type Denial } from './connection-gate.ts'
import { factsOf, peerBy, peerOf, securePeer } from './connection-peer.ts'
import { connectionsMax } from './connections-max.ts'
import { cutOff } from './cut-off.ts'
import { freeSocketPath } from './free-socket-path.ts'
import { HttpConnection } from './http-connection.ts'
import { inspectConnection } from './inspect-connection.ts'
import { listenWith } from './listen-with.ts'
import { newTcpSession, noChainSession, unservedSession } from './new-tcp-session.ts'
import { originalDestination } from './original-destination.ts'
import { asksForBytes, type ConnectionFacts, pickChain } from './pick-chain.ts'
import { serveTcpConnection } from './tcp-connection.ts'

/** One listening socket. Its configuration can change while it listens; each request is served by what is current when it begins. */
export class ListenerServer {
  config: ListenerConfig
  private readonly server: Server
  private readonly runtime: Runtime
  private readonly connections = new Set<HttpConnection>()
  private readonly tunnels = new Set<Socket>()
  private readonly perSource = new Map<string, number>()
  private readonly serving = new WeakMap<HttpChain, ServingChain>()
  private readonly spareServers: SpareServers
  private readonly gate: ConnectionGate
  /** Connections that are passed on unread, so that a new policy reaches them too. */
  private readonly passedOn = new Map<Socket, { readonly facts: ConnectionFacts; readonly session: TcpSession }>()
  private readonly listenerFor: (address: TcpAddress) => ListenerServer | undefined
  private accepted = 0
  counts: ListenerCounts

  /** `listenerFor` finds the listener that a connection to an address belongs to. */
  constructor(
    config: ListenerConfig,
    runtime: Runtime,
    listenerFor: (address: TcpAddress) => ListenerServer | undefined,
  ) {
    this.listenerFor = listenerFor
    this.config = config
    this.runtime = runtime
    this.gate = new ConnectionGate(runtime)
    this.spareServers = new SpareServers(runtime)
    this.counts = runtime.counts.listener(config.name)
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.accept(socket))
  }

  /** Resolves when connections are accepted; rejects with the reason, as EADDRINUSE. */
  async listen(): Promise<void> {
    const { address, bindsPort, backlog, reusesPort, socketOptions } = this.config
    if (!bindsPort) return
    if (address.kind === 'unix') await freeSocketPath(address.path)
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      const listening = () => {
        this.server.off('error', reject)
        this.server.on('error', () => undefined)
        resolve()
      }
      if (address.kind === 'unix') this.server.listen({ path: address.path, backlog }, listening)
      else if (socketOptions.length > 0)
        listenWith(this.server, address, socketOptions, { backlog, reusesPort }, listening)
      else this.server.listen({ host: address.host, port: address.port, backlog, reusePort: reusesPort }, listening)
    })
  }

  /** Where it listens; the port is the real one when 0 was asked for. */
  get address(): SocketAddress {
    const bound = this.server.address()
    if (bound === null || typeof bound === 'string') return this.config.address
    return { kind: 'tcp', host: bound.address, port: bound.port }
  }

  /** Requests under way, by the `stat_prefix` of their chain. */
  requestsActive(): ReadonlyMap<string, number> {
    const active = new Map<string, number>()
    for (const { statPrefix, requestsActive } of this.connections) {
      if (requestsActive > 0) active.set(statPrefix, (active.get(statPrefix) ?? 0) + requestsActive)
    }
    return active
  }

  /** Requests see it from the next one on; a connection that nobody reads ends when it is denied now. */
  reconfigure(config: ListenerConfig): void {
    // Of another name at the same address: what it accepts from now on is counted there.
    if (config.name !== this.config.name) this.counts = this.runtime.counts.listener(config.name)
    this.config = config
    this.spareServers.clear()
    for (const [socket, { facts, session }] of [...this.passedOn]) {
      const denial = this.gate.denial(pickChain(config, facts)?.filters ?? [], session.peer)
      if (denial === undefined) continue
      deny(session, denial)
      cutOff(socket)
    }
  }

  /** Nobody is connected, not even one whose handshake goes on. */
  get isEmpty(): boolean {
    return this.accepted === 0
  }

  get openConnections(): number {
    return this.connections.size + this.tunnels.size
  }

  /** Takes no new connection, and ends those there are after what is under way. */
  drain(): void {
    this.server.close()
    for (const connection of [...this.connections]) connection.drain()
  }

  /** Ends the connections there are after what is under way, and goes on accepting: their clients may find another proxy. */
  endKeepAlive(): void {
    for (const connection of [...this.connections]) connection.drain()
  }

  /** Ends whatever is left. */
  destroy(): void {
    this.server.close()
    for (const connection of this.connections) connection.cut()
    for (const socket of this.tunnels) socket.destroy()
  }

  private accept(accepted: Socket): void {
    const { originalDestination: use } = this.config
    if (use === 'ignored') {
      this.admit(accepted, undefined)
      return
    }
    const { address } = this
    const restored = originalDestination(accepted, address.kind === 'tcp' ? address.port : 0)
    const other = use === 'hand-over' && restored !== undefined ? this.listenerFor(restored) : undefined
    // Once: the other one does not look again where it was going.
    ;(other ?? this).admit(accepted, restored)
  }

  private admit(accepted: Socket, restored: TcpAddress | undefined): void {
    const { runtime, config } = this
    const source = accepted.remoteAddress ?? ''
    const { load, limits } = runtime
    const fromSource = this.perSource.get(source) ?? 0
    const { counts } = this
    const { connections: share } = load.shedding
    if (share > 0 && !config.bypassesOverload && runtime.random() < share) {
      counts.overloadRejects++
      cutOff(accepted)
      return
    }
    const most = connectionsMax(runtime, config)
    const areAllFull = load.connections >= most.ofAll && !config.ignoresConnectionLimit
    const isFull = areAllFull || fromSource >= limits.connectionsPerSourceMax || this.accepted >= most.ofListener
    if (isFull) {
      if (areAllFull) counts.globalOverflows++
      else counts.overflows++
      cutOff(accepted)
      return
    }
    this.accepted++
    counts.total++
    counts.active++
    const openedMs = performance.now()
    load.connections++
    this.perSource.set(source, fromSource + 1)
    runtime.observer.onConnectionOpen(config)
    const onClose = () => {
      this.accepted--
      counts.active--
      counts.length.record(performance.now() - openedMs)
      load.connections--
      const left = (this.perSource.get(source) ?? 1) - 1
      if (left > 0) this.perSource.set(source, left)
      else this.perSource.delete(source)
      this.tunnels.delete(accepted)
      runtime.observer.onConnectionClose(config)
    }
    accepted.on('close', onClose)
    const peer = peerOf(accepted, restored)
    const known = factsOf(peer)
    const { filters } = config
    if (filters === undefined || (filters.proxyProtocol === undefined && !asksForBytes(config, known))) {
      this.serveBy(accepted, known, peer, nothing, openedMs)
      return
    }
    // Until it is served it is one of those that a drain waits for and an end ends.
    this.tunnels.add(accepted)
    counts.inspected++
    inspectConnection(accepted, known, {
      counts: this.runtime.counts.inspections,
      filters,
      wheel: runtime.wheel,
      asksForBytes: (facts) => asksForBytes(config, facts),
      onTimeout: () => {
        counts.inspectionTimeouts++
      },
      onOver: () => {
        counts.inspected--
      },
      onEnd: (facts, bytes) => {
        this.tunnels.delete(accepted)
        if (facts === undefined) cutOff(accepted)
        else this.serveBy(accepted, facts, peerBy(peer, facts), bytes, openedMs)
      },
    })
  }

  /** `bytes` have been read already and come first. */
  private serveBy(
    accepted: Socket,
    facts: ConnectionFacts,
    peer: ConnectionPeer,
    bytes: Buffer,
    openedMs: number,
  ): void {
    const { config } = this
    const chain = pickChain(config, facts)
    if (chain === undefined) {
      this.counts.noChain++
      if (config.unservedLogs.length > 0)
        this.runtime.observer.onUnserved(config, noChainSession(config, peer, openedMs))
      cutOff(accepted)
      return
    }
    if (chain.filters.length === 0) {
      this.enter(accepted, config, chain, facts, peer, bytes)
      return
    }
    this.gate.admit(chain.filters, {
      socket: accepted,
      session: () => unservedSession(config, peer),
      enter: () => this.enter(accepted, config, chain, facts, peer, bytes),
      refuse: (delayMs) => this.cutOffAfter(accepted, delayMs),
      // Until it is served it is one of those that a drain waits for and an end ends.
      wait: () => this.tunnels.add(accepted),
    })
  }

  private enter(
    accepted: Socket,
    config: ListenerConfig,
    chain: FilterChain,
    facts: ConnectionFacts,
    peer: ConnectionPeer,
    bytes: Buffer,
  ): void {
    this.tunnels.delete(accepted)
    if (chain.tls === undefined && chain.network.kind === 'http') {
      const reader = new SocketReader()
      lendReads(accepted, reader)
      this.serve(accepted, reader, config, chain, facts, peer)
      if (bytes.length > 0) reader.onBytes?.(bytes)
      return
    }
    if (bytes.length > 0) accepted.unshift(bytes)
    if (chain.tls === undefined) {
      this.serve(accepted, new SocketReader(), config, chain, facts, peer)
      return
    }
    this.tunnels.add(accepted)
    let isServed = false
    accepted.once('close', () => {
      if (!isServed) this.tallyOf(chain)?.addUnserved()
    })
    acceptTls(accepted, chain.tls, this.counts, (socket) => {
      isServed = true
      const reader = new SocketReader()
      if (chain.network.kind === 'http') {
        this.tunnels.delete(accepted)
        lendReads(socket, reader)
      }
      this.serve(socket, reader, config, chain, facts, { ...peer, ...securePeer(socket) })
    })
  }

  private tallyOf({ network: { kind, statPrefix } }: FilterChain): ConnectionTally | undefined {
    const { counts } = this.runtime
    if (kind === 'answer') return undefined
    return kind === 'http' ? counts.httpChain(statPrefix) : counts.tcpChain(statPrefix)
  }

  private cutOffAfter(socket: Socket, ms: number): void {
    if (ms === 0) {
      cutOff(socket)
      return
    }
    const { wheel } = this.runtime
    const timer = newTimer(() => cutOff(socket))
    this.tunnels.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      wheel.clear(timer)
      this.tunnels.delete(socket)
    })
    wheel.set(timer, ms)
  }

  private serve(
    socket: Socket,
    reader: SocketReader,
    config: ListenerConfig,
    { network, filters }: FilterChain,
    facts: ConnectionFacts,
    peer: ConnectionPeer,
  ): void {
    const { counts } = this.runtime
    const denial = filters.length === 0 ? undefined : this.gate.denial(filters, peer)
    if (network.kind === 'tcp') {
      const named = filters.some(({ kind }) => kind === 'sni-cluster') ? facts.serverName || undefined : undefined
      this.passOn(socket, facts, newTcpSession(config, network, peer, named, this.runtime), denial)
      return
    }
    if (network.kind === 'answer') {
      if (denial === undefined) this.answer(socket, network)
      else this.cutOffAfter(socket, denial.delayMs)
      return
    }
    counts.httpChain(network.statPrefix).add(socket, peer.isSecure)
    if (denial !== undefined) {
      this.cutOffAfter(socket, denial.delayMs)
      return
    }
    const current = this.currentChain(this.servingChain(config, network), facts)
    this.connections.add(
      new HttpConnection(socket, reader, current, peer, this.runtime, this.spareServers, this.onHttpClose),
    )
  }

  private answer(socket: Socket, chain: AnswerChain): void {
    this.tunnels.add(socket)
    socket.once('close', () => this.tunnels.delete(socket))
    answerConnection(socket, chain)
  }

  private readonly onHttpClose = (connection: HttpConnection) => this.connections.delete(connection)

  private currentChain(first: ServingChain, facts: ConnectionFacts): () => ServingChain {
    let serving = first
    return () => {
      // The same configuration as for the request before, nearly always.
      if (serving.listener === this.config) return serving
      const next = pickChain(this.config, facts)?.network
      if (next?.kind === 'http') serving = this.servingChain(this.config, next)
      return serving
    }
  }

  private passOn(socket: Socket, facts: ConnectionFacts, session: TcpSession, denial: Denial | undefined): void {
    const { observer, counts } = this.runtime
    counts.tcpChain(session.chain.statPrefix).add(socket)
    if (denial !== undefined) {
      deny(session, denial)
      observer.onTcpOpen(session)
      observer.onTcpEnd(session)
      this.cutOffAfter(socket, denial.delayMs)
      return
    }
    this.tunnels.add(socket)
    this.passedOn.set(socket, { facts, session })
    socket.once('close', () => {
      this.tunnels.delete(socket)
      this.passedOn.delete(socket)
    })
    serveTcpConnection(socket, session, this.runtime)
  }

  private servingChain(listener: ListenerConfig, chain: HttpChain): ServingChain {
    const known = this.serving.get(chain)
    if (known?.listener === listener) return known
    // A chain that is the same as before keeps what its filters have counted.
    const filters = known?.filters ?? buildFilters(chain, this.runtime, this.runtime.resume)
    const serving = { listener, chain, filters }
    this.serving.set(chain, serving)
    return serving
  }
}

const nothing = Buffer.alloc(0)

function deny(session: TcpSession, { decision }: Denial): void {
  session.deniedBy = decision.matchedPolicy || 'none'
  session.details = decision.details
}
