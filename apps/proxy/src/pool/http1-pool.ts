import { ClientConnection, type ConnectionOwner } from '../codec/http1/client-connection.ts'
import type { SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import { nowMs } from '../traffic/event-clock.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool, PoolSettings } from './connection-pool.ts'
import { dialSocket, type PendingConnect } from './dial-socket.ts'

/** Connections of HTTP/1.1 to one endpoint. Free ones are used again, the latest first: it is the least likely to be stale. */
export class Http1Pool implements ConnectionPool, ConnectionOwner {
  private address: SocketAddress
  private readonly counts: ConnectionCounts
  private readonly free: ClientConnection[] = []
  /** With the time when each was opened. */
  private readonly all = new Map<ClientConnection, number>()
  private settings: PoolSettings
  private isClosing = false

  constructor(address: SocketAddress, settings: PoolSettings, counts: ConnectionCounts) {
    this.address = address
    this.settings = settings
    this.counts = counts
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    this.settings = settings
    this.address = address
  }

  get hasFree(): boolean {
    return this.free.length > 0
  }

  get size(): number {
    return this.all.size
  }

  acquire(events: UpstreamEvents, nowMs: number): PendingConnect | undefined {
    for (let connection = this.free.pop(); connection !== undefined; connection = this.free.pop()) {
      // Nobody looks at idle connections in between; a stale one is dropped when it is its turn.
      if (nowMs - connection.freeSinceMs > this.settings.idleTimeoutMs) {
        connection.close()
        continue
      }
      connection.use(events)
      events.onUpstreamReady(connection)
      return undefined
    }
    return this.dial(events)
  }

  close(): void {
    this.isClosing = true
    for (const connection of this.free.splice(0)) connection.close()
  }

  sweep(nowMs: number): void {
    const stale = this.free.filter(({ freeSinceMs }) => nowMs - freeSinceMs > this.settings.idleTimeoutMs)
    for (const connection of stale) connection.close()
  }

  onFree(connection: ClientConnection): void {
    const { requestsPerConnectionMax, durationMaxMs = 0 } = this.settings
    const now = nowMs()
    const isSpent = requestsPerConnectionMax > 0 && connection.requests >= requestsPerConnectionMax
    const isOld = durationMaxMs > 0 && now - (this.all.get(connection) ?? now) >= durationMaxMs
    if (this.isClosing || isSpent || isOld) {
      connection.close()
      return
    }
    connection.freeSinceMs = now
    this.free.push(connection)
  }

  onGone(connection: ClientConnection): void {
    if (!this.all.delete(connection)) return
    this.counts.connections--
    const index = this.free.indexOf(connection)
    if (index >= 0) this.free.splice(index, 1)
  }

  private dial(events: UpstreamEvents): PendingConnect {
    const { settings, counts } = this
    counts.pending++
    counts.pendingTotal++
    const dialing = dialSocket(this.address, settings, counts, {
      onSocket: (socket, reader) => {
        counts.pending--
        const connection = new ClientConnection(socket, reader, this, settings)
        this.all.set(connection, nowMs())
        connection.use(events)
        events.onUpstreamReady(connection)
      },
      onDialFailed: (failure, detail) => {
        counts.pending--
        events.onUpstreamFailed(failure, detail)
      },
    })
    return {
      cancel() {
        if (!dialing.cancel()) return false
        counts.pending--
        return true
      },
    }
  }
}
