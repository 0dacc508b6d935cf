import type { TLSSocket } from 'node:tls'
import { nowMs } from '../clock/event-clock.ts'
import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { DialCounts } from './dial-counts.ts'
import { dialSocket } from './dial-socket.ts'
import type { MultiplexedSettings } from './multiplexed-pool.ts'
import { offering } from './offering.ts'
import { TwoPools } from './two-pools.ts'

type Waiting = { readonly events: UpstreamEvents; pending: PendingConnect | undefined; isOver: boolean }

/**
 * `auto_config`: the endpoint says in the TLS handshake which HTTP it speaks (ALPN, RFC 7301). The first connection asks; as
 * long as one is open, further ones are of the same kind. When all are gone the next one asks again.
 */
export class AutoPool extends TwoPools implements ConnectionPool {
  private address: SocketAddress
  private settings: MultiplexedSettings
  private readonly counts: ConnectionCounts
  private readonly dialCounts: DialCounts
  private spoken: ConnectionPool | undefined
  private readonly waiting = new Set<Waiting>()

  constructor(address: SocketAddress, settings: MultiplexedSettings, counts: ConnectionCounts, dialCounts: DialCounts) {
    super(address, settings, counts, dialCounts)
    this.address = address
    this.settings = settings
    this.counts = counts
    this.dialCounts = dialCounts
  }

  get hasFree(): boolean {
    return this.spoken?.hasFree ?? false
  }

  acquire(events: UpstreamEvents, nowMs: number): PendingConnect | undefined {
    if (this.spoken !== undefined && this.spoken.size > 0) return this.spoken.acquire(events, nowMs)
    this.spoken = undefined
    const waiting: Waiting = { events, pending: undefined, isOver: false }
    this.waiting.add(waiting)
    this.counts.pending++
    this.counts.pendingTotal++
    if (this.waiting.size === 1) this.ask()
    return {
      cancel: () => {
        if (!this.leave(waiting)) return waiting.pending?.cancel() ?? false
        waiting.isOver = true
        return true
      },
    }
  }

  override update(settings: MultiplexedSettings, address: SocketAddress): void {
    this.settings = settings
    this.address = address
    super.update(settings, address)
  }

  private ask(): void {
    dialSocket(this.address, offering(this.settings, 'h2', 'http/1.1'), this.counts, this.dialCounts, {
      onSocket: (socket, reader) => {
        // Whoever says nothing is of the time before HTTP/2.
        const isHttp2 = (socket as TLSSocket).alpnProtocol === 'h2'
        this.spoken = isHttp2 ? this.http2 : this.http1
        if (isHttp2) this.http2.adopt(socket, reader)
        else this.http1.adoptFree(socket, reader)
        for (const each of this.takeWaiting()) each.pending = this.spoken.acquire(each.events, nowMs())
      },
      onDialFailed: (failure, detail) => {
        this.counts.pendingFailed += this.waiting.size
        for (const { events } of this.takeWaiting()) events.onUpstreamFailed(failure, detail)
      },
    })
  }

  private takeWaiting(): readonly Waiting[] {
    const all = [...this.waiting]
    return all.filter((each) => !each.isOver && this.leave(each))
  }

  private leave(waiting: Waiting): boolean {
    if (!this.waiting.delete(waiting)) return false
    this.counts.pending--
    return true
  }
}
