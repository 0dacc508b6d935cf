import type { Http2ClientConfig, SocketAddress } from '../config/proxy-config.ts'
import type { UpstreamEvents } from '../exchange/upstream-port.ts'
import type { PendingConnect } from './dial-socket.ts'
import type { DialSettings } from './open-socket.ts'

/** What a pool needs to know of its cluster; read anew for each connection, as configuration may change. */
export type PoolSettings = DialSettings & {
  readonly connectTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly requestsPerConnectionMax: number
  /** How old a connection may get before it is used no more; 0 or undefined for any age. */
  readonly durationMaxMs?: number
  readonly headerBytesMax: number
  readonly headerCountMax: number
  /** Undefined: HTTP/1.1. */
  readonly http2: Http2ClientConfig | undefined
}

/** Connections to one endpoint, whatever they speak. */
export type ConnectionPool = {
  /** A request could go out now. */
  readonly hasFree: boolean
  readonly size: number
  /** A connection at once, or later. The events say which, and when. */
  acquire(events: UpstreamEvents, nowMs: number): PendingConnect | undefined
  /** New connections go by these; the ones there are stay as they are. */
  update(settings: PoolSettings, address: SocketAddress): void
  /** Drops connections that have been free for too long; called now and then. */
  sweep(nowMs: number): void
  /** Ends free connections now and the others after what is under way: the endpoint has left the cluster. */
  close(): void
}
