import { ClientConnection, type ConnectionOwner } from '../codec/http2/client-connection.ts'
import type { Http2ClientConfig, SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool, PoolSettings } from './connection-pool.ts'
import { dialSocket, type PendingConnect } from './dial-socket.ts'

export type MultiplexedSettings = PoolSettings & { readonly http2: Http2ClientConfig }

/** So many streams any peer allows that keeps to the RFC's advice (§6.5.2); known better when its SETTINGS are here. */
const streamsExpected = 100

/** A request that waits for a connection. */
type Waiting = { readonly events: UpstreamEvents }

/** Connections of HTTP/2 to one endpoint: mostly one, and another only when the streams of those there are are used up. */
export class MultiplexedPool implements ConnectionPool, ConnectionOwner {
  private address: SocketAddress
  private readonly counts: ConnectionCounts
  private readonly all = new Set<ClientConnection>()
  /** Those that take another stream. */
  private readonly open: ClientConnection[] = []
  private readonly waiting = new Set<Waiting>()
  private dials = 0
  private settings: MultiplexedSettings

  constructor(address: SocketAddress, settings: MultiplexedSettings, counts: ConnectionCounts) {
    this.address = address
    this.settings = settings
    this.counts = counts
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    if (settings.http2 !== undefined) this.settings = { ...settings, http2: settings.http2 }
    this.address = address
  }

  get hasFree(): boolean {
    // A connection that is being opened has room for those who wait for it.
    return this.open.length > 0 || this.waiting.size < this.dials * streamsExpected
  }

  get size(): number {
    return this.all.size
  }

  acquire(events: UpstreamEvents, nowMs: number): PendingConnect | undefined {
    let connection = this.open[0]
    if (connection !== undefined && this.isOld(connection, nowMs)) {
      connection.drain()
      connection = this.open[0]
    }
    if (connection !== undefined) {
      this.use(connection, events)
      return undefined
    }
    const waiting: Waiting = { events }
    this.waiting.add(waiting)
    this.counts.pending++
    this.counts.pendingTotal++
    if (this.waiting.size > this.dials * streamsExpected) this.dial()
    return {
      cancel: () => {
        if (!this.waiting.delete(waiting)) return false
        this.counts.pending--
        return true
      },
    }
  }

  close(): void {
    for (const connection of [...this.all]) connection.drain()
  }

  sweep(nowMs: number): void {
    for (const connection of [...this.all]) {
      const isStale = connection.isIdle && nowMs - connection.idleSinceMs > this.settings.idleTimeoutMs
      if (isStale || this.isOld(connection, nowMs)) connection.drain()
    }
  }

  onRoom(connection: ClientConnection): void {
    if (!this.open.includes(connection)) this.open.push(connection)
    this.serveWaiting()
  }

  onFull(connection: ClientConnection): void {
    const index = this.open.indexOf(connection)
    if (index >= 0) this.open.splice(index, 1)
  }

  onGone(connection: ClientConnection): void {
    this.onFull(connection)
    if (this.all.delete(connection)) this.counts.connections--
  }

  private isOld({ openedMs }: ClientConnection, nowMs: number): boolean {
    const { durationMaxMs = 0 } = this.settings
    return durationMaxMs > 0 && nowMs - openedMs >= durationMaxMs
  }

  private use(connection: ClientConnection, events: UpstreamEvents): void {
    const { requestsPerConnectionMax } = this.settings
    const stream = connection.open(events)
    if (requestsPerConnectionMax > 0 && connection.requests >= requestsPerConnectionMax) connection.drain()
    events.onUpstreamReady(stream)
  }

  private serveWaiting(): void {
    for (const waiting of this.waiting) {
      const connection = this.open[0]
      if (connection === undefined) break
      this.waiting.delete(waiting)
      this.counts.pending--
      this.use(connection, waiting.events)
    }
    if (this.waiting.size > this.dials * streamsExpected) this.dial()
  }

  private dial(): void {
    const { settings } = this
    this.dials++
    dialSocket(this.address, settings, this.counts, {
      onSocket: (socket, reader) => {
        this.dials--
        const connection = new ClientConnection(socket, reader, this, settings)
        this.all.add(connection)
        this.onRoom(connection)
      },
      onDialFailed: (failure, detail) => {
        this.dials--
        // Whoever waits for this endpoint is told at once: a retry may find another.
        for (const waiting of [...this.waiting]) {
          if (!this.waiting.delete(waiting)) continue
          this.counts.pending--
          waiting.events.onUpstreamFailed(failure, detail)
        }
      },
    })
  }
}
