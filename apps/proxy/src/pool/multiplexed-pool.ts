import type { Socket } from 'node:net'
import { ClientConnection, type ConnectionOwner } from '../codec/http2/client-connection.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { Http2ClientConfig } from '../config/cluster-config.ts'
import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { DialCounts } from './dial-counts.ts'
import { dialSocket } from './dial-socket.ts'
import type { PoolSettings } from './pool-settings.ts'
import { WaitingRequests } from './waiting-requests.ts'

export type MultiplexedSettings = PoolSettings & { readonly http2: Http2ClientConfig }

/** So many streams any peer allows that keeps to the RFC's advice (§6.5.2); known better when its SETTINGS are here. */
const streamsExpected = 100

/** Connections of HTTP/2 to one endpoint: mostly one, and another only when the streams of those there are are used up. */
export class MultiplexedPool implements ConnectionPool, ConnectionOwner {
  private address: SocketAddress
  private readonly counts: ConnectionCounts
  private readonly dialCounts: DialCounts
  private readonly all = new Set<ClientConnection>()
  /** Those that take another stream. */
  private readonly open: ClientConnection[] = []
  private readonly waiting: WaitingRequests
  private dials = 0
  private settings: MultiplexedSettings
  private isClosing = false

  constructor(address: SocketAddress, settings: MultiplexedSettings, counts: ConnectionCounts, dialCounts: DialCounts) {
    this.address = address
    this.settings = settings
    this.counts = counts
    this.dialCounts = dialCounts
    this.waiting = new WaitingRequests(counts)
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    if (settings.http2 !== undefined) this.settings = { ...settings, http2: settings.http2 }
    this.address = address
  }

  get hasFree(): boolean {
    return this.open.length > 0
  }

  get size(): number {
    return this.all.size + this.dials
  }

  acquire(events: UpstreamEvents, nowMs: number): PendingConnect | undefined {
    let connection = this.open[0]
    if (connection !== undefined && this.isOld(connection, nowMs)) {
      this.counts.ends.old++
      connection.drain()
      connection = this.open[0]
    }
    if (connection !== undefined) {
      this.use(connection, events)
      return undefined
    }
    const pending = this.waiting.add(events)
    this.dialForWaiting()
    return pending
  }

  /** Takes a connection that somebody else has opened. */
  adopt(socket: Socket, reader: SocketReader): void {
    const connection = new ClientConnection(socket, reader, this, this.settings)
    this.all.add(connection)
    this.onRoom(connection)
  }

  drain(): void {
    for (const connection of [...this.all]) connection.drain()
  }

  close(): void {
    this.isClosing = true
    this.drain()
  }

  sweep(nowMs: number): void {
    for (const connection of [...this.all]) {
      const isStale = connection.isIdle && nowMs - connection.idleSinceMs > this.settings.idleTimeoutMs
      const isOld = this.isOld(connection, nowMs)
      if (!isStale && !isOld) continue
      if (isOld) this.counts.ends.old++
      else this.counts.ends.idle++
      connection.drain()
    }
  }

  onRoom(connection: ClientConnection): void {
    if (!this.open.includes(connection)) this.open.push(connection)
    this.serveWaiting()
    // It was being opened when the pool was closed: it serves those who waited for it, and nobody else.
    if (this.isClosing) connection.drain()
  }

  onFull(connection: ClientConnection): void {
    const index = this.open.indexOf(connection)
    if (index >= 0) this.open.splice(index, 1)
  }

  onGone(connection: ClientConnection): void {
    this.onFull(connection)
    if (this.all.delete(connection)) {
      this.counts.connections--
      this.counts.ends.requests.record(connection.requests)
    }
    this.dialForWaiting()
  }

  private isOld({ openedMs }: ClientConnection, nowMs: number): boolean {
    const { durationMaxMs = 0 } = this.settings
    return durationMaxMs > 0 && nowMs - openedMs >= durationMaxMs
  }

  private use(connection: ClientConnection, events: UpstreamEvents): void {
    const { requestsPerConnectionMax, requestsMax } = this.settings
    if (this.counts.requests >= requestsMax) {
      events.onUpstreamFailed('overflow', '')
      return
    }
    const stream = connection.open(events)
    if (requestsPerConnectionMax > 0 && connection.requests >= requestsPerConnectionMax) {
      this.counts.ends.spent++
      connection.drain()
    }
    events.onUpstreamReady(stream)
  }

  private serveWaiting(): void {
    for (let connection = this.open[0]; connection !== undefined; connection = this.open[0]) {
      const waiting = this.waiting.take()
      if (waiting === undefined) return
      this.use(connection, waiting.events)
    }
    this.dialForWaiting()
  }

  /** A connection that is being opened has room for many of them. One the pool always gets, or they would wait for ever. */
  private dialForWaiting(): void {
    const { counts, settings } = this
    const isRoom = counts.connections < settings.connectionsMax && this.size < settings.endpointConnectionsMax
    const isAllowed = isRoom || this.size === 0
    if (isAllowed && this.waiting.size > this.dials * streamsExpected) this.dial()
  }

  private dial(): void {
    const { settings } = this
    this.dials++
    dialSocket(this.address, settings, this.counts, this.dialCounts, {
      onSocket: (socket, reader) => {
        this.dials--
        this.adopt(socket, reader)
      },
      onDialFailed: (failure, detail) => {
        this.dials--
        // Whoever waits for this endpoint is told at once: a retry may find another.
        this.counts.pendingFailed += this.waiting.size
        for (const { events } of this.waiting.takeAll()) events.onUpstreamFailed(failure, detail)
      },
    })
  }
}
