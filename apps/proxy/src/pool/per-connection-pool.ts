import type { SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import type { ConnectionPool, PoolSettings, RequestOrigin } from './connection-pool.ts'
import type { PendingConnect } from './dial-socket.ts'

/** Requests of no client, as health checks and copies send them, share. */
const nobody = {}

/** `connection_pool_per_downstream_connection`: what one client's connection has opened no other one uses. */
export class PerConnectionPool implements ConnectionPool {
  private readonly pools = new Map<object, ConnectionPool>()
  private readonly make: (settings: PoolSettings, address: SocketAddress) => ConnectionPool
  private settings: PoolSettings
  private address: SocketAddress

  constructor(
    address: SocketAddress,
    settings: PoolSettings,
    make: (settings: PoolSettings, address: SocketAddress) => ConnectionPool,
  ) {
    this.address = address
    this.settings = settings
    this.make = make
  }

  /** Nobody can say without knowing for whom. */
  get hasFree(): boolean {
    return false
  }

  get size(): number {
    let size = 0
    for (const pool of this.pools.values()) size += pool.size
    return size
  }

  acquire(events: UpstreamEvents, nowMs: number, origin?: RequestOrigin): PendingConnect | undefined {
    const key = origin?.connection ?? nobody
    let pool = this.pools.get(key)
    if (pool === undefined) {
      pool = this.make(this.settings, this.address)
      this.pools.set(key, pool)
    }
    return pool.acquire(events, nowMs, origin)
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    this.settings = settings
    this.address = address
    for (const pool of this.pools.values()) pool.update(settings, address)
  }

  sweep(nowMs: number): void {
    for (const [key, pool] of this.pools) {
      pool.sweep(nowMs)
      if (pool.size === 0) this.pools.delete(key)
    }
  }

  drain(): void {
    for (const pool of this.pools.values()) pool.drain()
  }

  close(): void {
    for (const pool of this.pools.values()) pool.close()
  }
}
