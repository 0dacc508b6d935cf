import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionPool, RequestOrigin } from './connection-pool.ts'
import type { PoolSettings } from './pool-settings.ts'

export type MakePool = (settings: PoolSettings, address: SocketAddress) => ConnectionPool

/** Connections to one endpoint that not every request may use: a pool for each key that requests have. */
export abstract class KeyedPools<Key> implements ConnectionPool {
  protected readonly pools = new Map<Key, ConnectionPool>()
  protected settings: PoolSettings
  private address: SocketAddress
  private readonly make: MakePool

  constructor(address: SocketAddress, settings: PoolSettings, make: MakePool) {
    this.address = address
    this.settings = settings
    this.make = make
  }

  /** Of requests of no client too, as health checks and copies send them. */
  protected abstract keyOf(origin: RequestOrigin | undefined): Key

  /** What the connections of one key are made with. */
  protected settingsOf(_key: Key): PoolSettings {
    return this.settings
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
    return this.poolOf(this.keyOf(origin)).acquire(events, nowMs, origin)
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    this.settings = settings
    this.address = address
    for (const [key, pool] of this.pools) pool.update(this.settingsOf(key), address)
  }

  sweep(nowMs: number): void {
    for (const [key, pool] of this.pools) {
      pool.sweep(nowMs)
      if (pool.size === 0) this.forget(key)
    }
  }

  drain(): void {
    for (const pool of this.pools.values()) pool.drain()
  }

  close(): void {
    for (const pool of this.pools.values()) pool.close()
  }

  protected poolOf(key: Key): ConnectionPool {
    const known = this.pools.get(key)
    if (known !== undefined) return known
    const pool = this.make(this.settingsOf(key), this.address)
    this.pools.set(key, pool)
    return pool
  }

  protected forget(key: Key): void {
    this.pools.delete(key)
  }
}
