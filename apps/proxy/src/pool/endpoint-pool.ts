import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import { AutoPool } from './auto-pool.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool, RequestOrigin } from './connection-pool.ts'
import type { DialCounts } from './dial-counts.ts'
import { DownstreamPool } from './downstream-pool.ts'
import { Http1Pool } from './http1-pool.ts'
import { MultiplexedPool } from './multiplexed-pool.ts'
import { PerConnectionPool } from './per-connection-pool.ts'
import { PerNamePool } from './per-name-pool.ts'
import type { PoolSettings } from './pool-settings.ts'

/** The connections to one endpoint, of the protocol that its cluster speaks now. */
export class EndpointPool implements ConnectionPool {
  private readonly counts: ConnectionCounts
  private readonly dialCounts: DialCounts
  private settings: PoolSettings
  private pool: ConnectionPool

  constructor(address: SocketAddress, settings: PoolSettings, counts: ConnectionCounts, dialCounts: DialCounts) {
    this.counts = counts
    this.dialCounts = dialCounts
    this.settings = settings
    this.pool = this.open(settings, address)
  }

  get hasFree(): boolean {
    return this.pool.hasFree
  }

  get size(): number {
    return this.pool.size
  }

  acquire(events: UpstreamEvents, nowMs: number, origin?: RequestOrigin): PendingConnect | undefined {
    return this.pool.acquire(events, nowMs, origin)
  }

  update(settings: PoolSettings, address: SocketAddress): void {
    const before = this.settings
    const isOther =
      settings.protocol !== before.protocol ||
      settings.isPerConnection !== before.isPerConnection ||
      settings.socketKey !== before.socketKey ||
      !isSameName(settings, before)
    this.settings = settings
    if (!isOther) {
      this.pool.update(settings, address)
      return
    }
    // Whoever waits there for a connection must not get one of the old kind any more.
    this.pool.update(settings, address)
    this.pool.close()
    this.pool = this.open(settings, address)
  }

  sweep(nowMs: number): void {
    this.pool.sweep(nowMs)
  }

  drain(): void {
    this.pool.drain()
  }

  close(): void {
    this.pool.close()
  }

  private open(settings: PoolSettings, address: SocketAddress): ConnectionPool {
    const make = (current: PoolSettings, to: SocketAddress) => poolOf(current, to, this.counts, this.dialCounts)
    const forAll = (current: PoolSettings, to: SocketAddress) =>
      current.isPerConnection ? new PerConnectionPool(to, current, make) : make(current, to)
    const { autoName, tls } = settings
    if (autoName === undefined || tls === undefined) return forAll(settings, address)
    return new PerNamePool(address, settings, autoName, forAll)
  }
}

/** Whether connections are kept apart by the same names, or not at all. */
function isSameName({ autoName, tls }: PoolSettings, before: PoolSettings): boolean {
  const other = before.autoName
  return (
    (tls === undefined) === (before.tls === undefined) &&
    autoName?.isTold === other?.isTold &&
    autoName?.isVerified === other?.isVerified &&
    autoName?.header === other?.header
  )
}

function poolOf(
  settings: PoolSettings,
  address: SocketAddress,
  counts: ConnectionCounts,
  dialCounts: DialCounts,
): ConnectionPool {
  const { protocol, http2 } = settings
  if (protocol === 'http1' || http2 === undefined) return new Http1Pool(address, settings, counts, dialCounts)
  const multiplexed = { ...settings, http2 }
  switch (protocol) {
    case 'http2':
      return new MultiplexedPool(address, multiplexed, counts, dialCounts)
    case 'auto':
      return new AutoPool(address, multiplexed, counts, dialCounts)
    case 'downstream':
      return new DownstreamPool(address, multiplexed, counts, dialCounts)
  }
}
