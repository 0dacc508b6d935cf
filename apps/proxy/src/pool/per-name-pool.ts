import type { AutoServerName } from '../config/auto-server-name.ts'
import type { SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import type { ConnectionPool, PoolSettings, RequestOrigin } from './connection-pool.ts'
import type { PendingConnect } from './dial-socket.ts'
import { namedSettings, peerNameOf } from './named-settings.ts'

/**
 * `auto_sni` and `auto_san_validation`: a connection is for the name that it was opened for, and for no other. Clients choose
 * names: of more than the cluster may have connections, those that nobody has asked for longest go.
 */
export class PerNamePool implements ConnectionPool {
  /** The name that was asked for last stands last. */
  private readonly pools = new Map<string, ConnectionPool>()
  private readonly autoName: AutoServerName
  private readonly make: (settings: PoolSettings, address: SocketAddress) => ConnectionPool
  private settings: PoolSettings
  private address: SocketAddress
  private lastName: string | undefined

  constructor(
    address: SocketAddress,
    settings: PoolSettings,
    autoName: AutoServerName,
    make: (settings: PoolSettings, address: SocketAddress) => ConnectionPool,
  ) {
    this.address = address
    this.settings = settings
    this.autoName = autoName
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
    return this.poolOf(origin === undefined ? '' : peerNameOf(this.autoName, origin)).acquire(events, nowMs, origin)
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    this.settings = settings
    this.address = address
    for (const [name, pool] of this.pools) pool.update(namedSettings(settings, this.autoName, name), address)
  }

  sweep(nowMs: number): void {
    for (const [name, pool] of this.pools) {
      pool.sweep(nowMs)
      if (pool.size === 0) this.forget(name)
    }
  }

  drain(): void {
    for (const pool of this.pools.values()) pool.drain()
  }

  close(): void {
    for (const pool of this.pools.values()) pool.close()
  }

  private poolOf(name: string): ConnectionPool {
    let pool = this.pools.get(name)
    if (pool !== undefined && name === this.lastName) return pool
    this.lastName = name
    if (pool === undefined) {
      pool = this.make(namedSettings(this.settings, this.autoName, name), this.address)
      this.makeRoom()
    } else this.pools.delete(name)
    this.pools.set(name, pool)
    return pool
  }

  private makeRoom(): void {
    for (const [name, pool] of this.pools) {
      if (this.pools.size < this.settings.connectionsMax) return
      pool.close()
      this.forget(name)
    }
  }

  private forget(name: string): void {
    this.pools.delete(name)
    if (this.lastName === name) this.lastName = undefined
  }
}
