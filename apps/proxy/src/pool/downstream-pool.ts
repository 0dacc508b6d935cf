import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { ConnectionPool, RequestOrigin } from './connection-pool.ts'
import { TwoPools } from './two-pools.ts'

/** `use_downstream_protocol_config`: each request goes on in the HTTP that it came in. */
export class DownstreamPool extends TwoPools implements ConnectionPool {
  get hasFree(): boolean {
    return this.http1.hasFree || this.http2.hasFree
  }

  acquire(events: UpstreamEvents, nowMs: number, origin?: RequestOrigin): PendingConnect | undefined {
    return (origin?.majorVersion === 2 ? this.http2 : this.http1).acquire(events, nowMs)
  }
}
