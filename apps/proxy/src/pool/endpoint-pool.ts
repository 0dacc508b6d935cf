import type { SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool, PoolSettings } from './connection-pool.ts'
import type { PendingConnect } from './dial-socket.ts'
import { Http1Pool } from './http1-pool.ts'
import { MultiplexedPool } from './multiplexed-pool.ts'

export type { ConnectionCounts } from './connection-counts.ts'
export type { PoolSettings } from './connection-pool.ts'
export type { PendingConnect } from './dial-socket.ts'

/** The connections to one endpoint, of the protocol that its cluster speaks now. */
export class EndpointPool implements ConnectionPool {
  private readonly counts: ConnectionCounts
  private settings: PoolSettings
  private pool: ConnectionPool

  constructor(address: SocketAddress, settings: PoolSettings, counts: ConnectionCounts) {
    this.counts = counts
    this.settings = settings
    this.pool = this.open(address)
  }

  get hasFree(): boolean {
    return this.pool.hasFree
  }

  get size(): number {
    return this.pool.size
  }

  acquire(events: UpstreamEvents, nowMs: number): PendingConnect | undefined {
    return this.pool.acquire(events, nowMs)
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    const isOther = (settings.http2 === undefined) !== (this.settings.http2 === undefined)
    this.settings = settings
    if (!isOther) {
      this.pool.update(settings, address)
      return
    }
    this.pool.close()
    this.pool = this.open(address)
  }

  sweep(nowMs: number): void {
    this.pool.sweep(nowMs)
  }

  close(): void {
    this.pool.close()
  }

  private open(address: SocketAddress): ConnectionPool {
    const { settings, counts } = this
    return settings.http2 === undefined
      ? new Http1Pool(address, settings, counts)
      : new MultiplexedPool(address, { ...settings, http2: settings.http2 }, counts)
  }
}
