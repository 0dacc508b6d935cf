import type { SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { ConnectionPool, RequestOrigin } from './connection-pool.ts'
import type { PendingConnect } from './dial-socket.ts'
import { Http1Pool } from './http1-pool.ts'
import { MultiplexedPool, type MultiplexedSettings } from './multiplexed-pool.ts'
import { offering } from './offering.ts'

/** `use_downstream_protocol_config`: each request goes on in the HTTP that it came in. */
export class DownstreamPool implements ConnectionPool {
  private readonly http1: Http1Pool
  private readonly http2: MultiplexedPool

  constructor(address: SocketAddress, settings: MultiplexedSettings, counts: ConnectionCounts) {
    this.http1 = new Http1Pool(address, offering(settings, 'http/1.1'), counts)
    this.http2 = new MultiplexedPool(address, offering(settings, 'h2'), counts)
  }

  get hasFree(): boolean {
    return this.http1.hasFree || this.http2.hasFree
  }

  get size(): number {
    return this.http1.size + this.http2.size
  }

  acquire(events: UpstreamEvents, nowMs: number, origin?: RequestOrigin): PendingConnect | undefined {
    return (origin?.majorVersion === 2 ? this.http2 : this.http1).acquire(events, nowMs)
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
