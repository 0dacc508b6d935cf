import type { Socket } from 'node:net'
import { nowMs } from '../clock/event-clock.ts'
import { ClientConnection, type ConnectionOwner } from '../codec/http1/client-connection.ts'
import { FieldMemory } from '../codec/http1/field-memory.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { DialCounts } from './dial-counts.ts'
import { dialSocket } from './dial-socket.ts'
import type { PoolSettings } from './pool-settings.ts'
import { WaitingRequests } from './waiting-requests.ts'

/** So many connections are opened ahead for one request at most (Envoy's rule). */
const preconnectsMax = 3

/** Connections of HTTP/1.1 to one endpoint. Free ones are used again, the latest first: it is the least likely to be stale. */
export class Http1Pool implements ConnectionPool, ConnectionOwner {
  readonly fieldMemory = new FieldMemory()
  private address: SocketAddress
  private readonly counts: ConnectionCounts
  private readonly dialCounts: DialCounts
  private readonly free: ClientConnection[] = []
  /** With the time when each was opened. */
  private readonly all = new Map<ClientConnection, number>()
  /** Connections that may be used no more, whatever their age and count. */
  private readonly draining = new Set<ClientConnection>()
  /** For whom the cluster has no connection left: they get one that becomes free. */
  private readonly waiting: WaitingRequests
  private dials = 0
  private settings: PoolSettings
  private isClosing = false

  constructor(address: SocketAddress, settings: PoolSettings, counts: ConnectionCounts, dialCounts: DialCounts) {
    this.address = address
    this.settings = settings
    this.counts = counts
    this.dialCounts = dialCounts
    this.waiting = new WaitingRequests(counts)
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    this.settings = settings
    this.address = address
  }

  get hasFree(): boolean {
    return this.free.length > 0
  }

  get size(): number {
    return this.all.size + this.dials
  }

  acquire(events: UpstreamEvents, nowMs: number): PendingConnect | undefined {
    const pending = this.acquireOne(events, nowMs)
    if (this.settings.preconnectRatio > 1) this.preconnect()
    return pending
  }

  /** Takes a connection that somebody else has opened. */
  adopt(socket: Socket, reader: SocketReader): ClientConnection {
    const connection = new ClientConnection(socket, reader, this, this.settings)
    this.all.set(connection, nowMs())
    return connection
  }

  /** The same, for whoever comes next. */
  adoptFree(socket: Socket, reader: SocketReader): void {
    this.onFree(this.adopt(socket, reader))
  }

  drain(): void {
    for (const connection of this.all.keys()) this.draining.add(connection)
    for (const connection of this.free.splice(0)) connection.close()
  }

  close(): void {
    this.isClosing = true
    for (const connection of this.free.splice(0)) connection.close()
  }

  sweep(nowMs: number): void {
    const { idleTimeoutMs } = this.settings
    const stale = this.free.filter((each) => nowMs - each.freeSinceMs > idleTimeoutMs || this.isOld(each, nowMs))
    for (const connection of stale) this.closeStale(connection, nowMs)
  }

  onFree(connection: ClientConnection): void {
    const { requestsPerConnectionMax } = this.settings
    const now = nowMs()
    const isSpent = requestsPerConnectionMax > 0 && connection.requests >= requestsPerConnectionMax
    const isOld = this.isOld(connection, now)
    if (this.isClosing || isSpent || isOld || this.draining.has(connection)) {
      if (isSpent) this.counts.ends.spent++
      else if (isOld) this.counts.ends.old++
      connection.close()
      return
    }
    connection.freeSinceMs = now
    this.free.push(connection)
    // Not at once: bytes behind the answer that was just read would be taken for the next one.
    if (this.waiting.size > 0) process.nextTick(() => this.serveWaiting())
  }

  onGone(connection: ClientConnection): void {
    if (!this.all.delete(connection)) return
    this.draining.delete(connection)
    this.counts.ends.requests.record(connection.requests)
    this.counts.connections--
    const index = this.free.indexOf(connection)
    if (index >= 0) this.free.splice(index, 1)
    if (this.waiting.size > 0) process.nextTick(() => this.serveWaiting())
  }

  private closeStale(connection: ClientConnection, nowMs: number): void {
    if (this.isOld(connection, nowMs)) this.counts.ends.old++
    else this.counts.ends.idle++
    connection.close()
  }

  private isOld(connection: ClientConnection, nowMs: number): boolean {
    const { durationMaxMs = 0 } = this.settings
    return durationMaxMs > 0 && nowMs - (this.all.get(connection) ?? nowMs) >= durationMaxMs
  }

  private acquireOne(events: UpstreamEvents, nowMs: number): PendingConnect | undefined {
    for (let connection = this.free.pop(); connection !== undefined; connection = this.free.pop()) {
      // Nobody looks at idle connections in between; a stale one is dropped when it is its turn.
      if (nowMs - connection.freeSinceMs > this.settings.idleTimeoutMs || this.isOld(connection, nowMs)) {
        this.closeStale(connection, nowMs)
        continue
      }
      this.hand(connection, events)
      return undefined
    }
    if (this.mayDial()) return this.dial(events)
    this.counts.overflows++
    return this.waiting.add(events)
  }

  private serveWaiting(): void {
    while (this.waiting.size > 0 && (this.free.length > 0 || this.mayDial())) {
      const waiting = this.waiting.take()
      if (waiting === undefined) return
      const connection = this.free.pop()
      if (connection === undefined) waiting.dialing = this.dial(waiting.events)
      else this.hand(connection, waiting.events)
    }
  }

  /** The limit of requests is one of those that have a connection: who waited for it may have to go without. */
  private hand(connection: ClientConnection, events: UpstreamEvents): void {
    if (this.counts.requests < this.settings.requestsMax) {
      connection.use(events)
      events.onUpstreamReady(connection)
      return
    }
    this.onFree(connection)
    events.onUpstreamFailed('overflow', '')
  }

  /** One connection it always gets: those who wait for an endpoint without any would wait for ever. */
  private mayDial(): boolean {
    const { connectionsMax, endpointConnectionsMax } = this.settings
    return (this.counts.connections < connectionsMax && this.size < endpointConnectionsMax) || this.size === 0
  }

  private dial(events: UpstreamEvents): PendingConnect {
    const { settings, counts } = this
    counts.pending++
    counts.pendingTotal++
    this.dials++
    const dialing = dialSocket(this.address, settings, counts, this.dialCounts, {
      onSocket: (socket, reader) => {
        counts.pending--
        this.dials--
        this.hand(this.adopt(socket, reader), events)
      },
      onDialFailed: (failure, detail) => {
        counts.pending--
        this.dials--
        counts.pendingFailed++
        events.onUpstreamFailed(failure, detail)
        this.serveWaiting()
      },
    })
    return {
      cancel: () => {
        if (!dialing.cancel()) return false
        counts.pending--
        this.dials--
        this.serveWaiting()
        return true
      },
    }
  }

  /** Opens connections that no request has asked for yet, as many as the ratio to those under way allows. */
  private preconnect(): void {
    const { counts, settings } = this
    for (let opened = 0; opened < preconnectsMax; opened++) {
      const used = this.all.size - this.free.length + counts.pending
      if (used * settings.preconnectRatio <= this.size || !this.mayDial()) return
      this.dials++
      dialSocket(this.address, settings, counts, this.dialCounts, {
        onSocket: (socket, reader) => {
          this.dials--
          this.adoptFree(socket, reader)
        },
        onDialFailed: () => {
          this.dials--
        },
      })
    }
  }
}
