import { ClientConnection, type ConnectionOwner } from '../codec/http1/client-connection.ts'
import { SocketReader } from '../codec/socket-reader.ts'
import type { SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import { type DialSettings, openSocket, readyEvent } from './open-socket.ts'

/** What a pool needs to know of its cluster; read anew for each connection, as configuration may change. */
export type PoolSettings = DialSettings & {
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly requestsPerConnectionMax: number
  readonly headerBytesMax: number
  readonly headerCountMax: number
}

/** Counts shared by all endpoints of a cluster, against its circuit breaker. */
export type ConnectionCounts = { connections: number; pending: number; connectFailures: number }

/** Connections to one endpoint. Free ones are used again, the latest first: it is the least likely to be stale. */
export class EndpointPool implements ConnectionOwner {
  private address: SocketAddress
  private readonly counts: ConnectionCounts
  private readonly free: ClientConnection[] = []
  private readonly all = new Set<ClientConnection>()
  private settings: PoolSettings
  private isClosing = false

  constructor(address: SocketAddress, settings: PoolSettings, counts: ConnectionCounts) {
    this.address = address
    this.settings = settings
    this.counts = counts
  }

  /** New connections go by these; the ones there are stay as they are. */
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

  /** A free connection at once, or a new one. The events say which, and when. */
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

  /** Ends free connections now and the others after their answer: the endpoint has left the cluster. */
  close(): void {
    this.isClosing = true
    for (const connection of this.free.splice(0)) connection.close()
  }

  /** Drops connections that have been free for too long; called now and then. */
  sweep(nowMs: number): void {
    const stale = this.free.filter(({ freeSinceMs }) => nowMs - freeSinceMs > this.settings.idleTimeoutMs)
    for (const connection of stale) connection.close()
  }

  onFree(connection: ClientConnection): void {
    const { requestsPerConnectionMax } = this.settings
    const isSpent = requestsPerConnectionMax > 0 && connection.requests >= requestsPerConnectionMax
    if (this.isClosing || isSpent) {
      connection.close()
      return
    }
    connection.freeSinceMs = performance.now()
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
    const reader = new SocketReader()
    const socket = openSocket(this.address, settings, reader)
    const ready = readyEvent(settings)
    counts.pending++
    counts.connections++
    let isOver = false
    const settle = () => {
      isOver = true
      counts.pending--
      clearTimeout(timer)
      socket.off(ready, onConnect)
      socket.off('error', onError)
    }
    const give = (failure: 'connect-failure' | 'connect-timeout', detail: string) => {
      if (isOver) return
      settle()
      counts.connections--
      counts.connectFailures++
      socket.on('error', () => undefined)
      socket.destroy()
      events.onUpstreamFailed(failure, detail)
    }
    const onConnect = () => {
      settle()
      const connection = new ClientConnection(socket, reader, this, settings)
      this.all.add(connection)
      connection.use(events)
      events.onUpstreamReady(connection)
    }
    const onError = (error: NodeJS.ErrnoException) => give('connect-failure', error.code ?? error.message)
    const timer = setTimeout(() => give('connect-timeout', 'connect_timeout'), settings.connectTimeoutMs)
    socket.once(ready, onConnect)
    socket.once('error', onError)
    return {
      cancel() {
        if (isOver) return
        settle()
        counts.connections--
        socket.on('error', () => undefined)
        socket.destroy()
      },
    }
  }
}

/** A connection attempt under way, for when its try is over first. */
export type PendingConnect = { cancel(): void }
