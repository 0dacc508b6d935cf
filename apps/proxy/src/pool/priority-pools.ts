import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import { newDialCounts } from './dial-counts.ts'
import { EndpointPool } from './endpoint-pool.ts'
import type { PoolSettings } from './pool-settings.ts'

/** What differs between priorities. */
export type PriorityCounts = { readonly usual: ConnectionCounts; readonly high: ConnectionCounts }
export type PrioritySettings = { readonly usual: PoolSettings; readonly high: PoolSettings }

/**
 * The connections to one endpoint. Requests of high priority have others than the rest, counted against their own limits,
 * as in Envoy: what is crowded for the one is free for the other.
 */
export class PriorityPools {
  readonly usual: EndpointPool
  /** Of both. */
  readonly dialCounts = newDialCounts()
  private madeHigh: EndpointPool | undefined
  private address: SocketAddress
  private settings: PrioritySettings
  private readonly counts: PriorityCounts

  constructor(address: SocketAddress, settings: PrioritySettings, counts: PriorityCounts) {
    this.address = address
    this.settings = settings
    this.counts = counts
    this.usual = new EndpointPool(address, settings.usual, counts.usual, this.dialCounts)
  }

  /** Made when it is first asked for: hardly any route has a high priority. */
  get high(): EndpointPool {
    this.madeHigh ??= new EndpointPool(this.address, this.settings.high, this.counts.high, this.dialCounts)
    return this.madeHigh
  }

  /** Connections that are open, or being opened. */
  get size(): number {
    return this.usual.size + (this.madeHigh?.size ?? 0)
  }

  update(settings: PrioritySettings, address: SocketAddress): void {
    this.settings = settings
    this.address = address
    this.usual.update(settings.usual, address)
    this.madeHigh?.update(settings.high, address)
  }

  sweep(nowMs: number): void {
    this.usual.sweep(nowMs)
    this.madeHigh?.sweep(nowMs)
  }

  drain(): void {
    this.usual.drain()
    this.madeHigh?.drain()
  }

  close(): void {
    this.usual.close()
    this.madeHigh?.close()
  }
}
