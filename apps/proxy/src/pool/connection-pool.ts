import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { PoolSettings } from './pool-settings.ts'

/** Whom a connection is for, where that decides which one it gets. */
export type RequestOrigin = {
  /** Of the client's HTTP. */
  readonly majorVersion: number
  /** The client's connection: the same object for all its requests. */
  readonly connection: object
  /** As it is sent on. */
  readonly host: string
  requestHeader(name: string): string | undefined
}

/** Connections to one endpoint, whatever they speak. */
export type ConnectionPool = {
  /** A request could go out now. */
  readonly hasFree: boolean
  /** Connections that are open, or being opened. */
  readonly size: number
  /** A connection at once, or later. The events say which, and when. */
  acquire(events: UpstreamEvents, nowMs: number, origin?: RequestOrigin): PendingConnect | undefined
  /** New connections go by these; the ones there are stay as they are. */
  update(settings: PoolSettings, address: SocketAddress): void
  /** Drops connections that have been free for too long; called now and then. */
  sweep(nowMs: number): void
  /** Ends free connections now and the others after what is under way; requests that come later get new ones. */
  drain(): void
  /** The same, for good: the endpoint has left the cluster. */
  close(): void
}
