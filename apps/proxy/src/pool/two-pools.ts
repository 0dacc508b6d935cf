import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { DialCounts } from './dial-counts.ts'
import { Http1Pool } from './http1-pool.ts'
import { MultiplexedPool, type MultiplexedSettings } from './multiplexed-pool.ts'
import { offering } from './offering.ts'

/** Connections of both HTTPs to one endpoint; which of them a request takes is not decided here. */
export class TwoPools {
  protected readonly http1: Http1Pool
  protected readonly http2: MultiplexedPool

  constructor(address: SocketAddress, settings: MultiplexedSettings, counts: ConnectionCounts, dialCounts: DialCounts) {
    this.http1 = new Http1Pool(address, offering(settings, 'http/1.1'), counts, dialCounts)
    this.http2 = new MultiplexedPool(address, offering(settings, 'h2'), counts, dialCounts)
  }

  get size(): number {
    return this.http1.size + this.http2.size
  }

  update(settings: MultiplexedSettings, address: SocketAddress): void {
    this.http1.update(offering(settings, 'http/1.1'), address)
    this.http2.update(offering(settings, 'h2'), address)
  }

  sweep(nowMs: number): void {
    this.http1.sweep(nowMs)
    this.http2.sweep(nowMs)
  }

  drain(): void {
    this.http1.drain()
    this.http2.drain()
  }

  close(): void {
    this.http1.close()
    this.http2.close()
  }
}
