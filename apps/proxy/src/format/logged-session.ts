import type { ConnectionPeer } from '../message/request-peer.ts'
import type { UpstreamFacts } from '../message/upstream-facts.ts'
import type { LoggedCluster, LoggedEndpoint } from './logged-exchange.ts'

/** Fields of a message, in their order; a name of "" is one that was removed. */
export type LoggedFields = {
  readonly count: number
  readonly names: readonly string[]
  readonly values: readonly string[]
}

/** A connection whose bytes are passed on unread, as formats and the filters of logs see it: only to be read. */
export type LoggedSession = {
  /** Addresses with their ports: of the client, and where it came in. */
  readonly client: string
  readonly local: string
  readonly peer: ConnectionPeer
  /** Where its upstream connection comes from; "" without one. */
  readonly upstreamLocal: string
  /** Undefined while there is no connection to an endpoint. */
  readonly upstream: UpstreamFacts | undefined
  readonly cluster: LoggedCluster | undefined
  readonly endpoint: LoggedEndpoint | undefined
  /** Those that were dialled, in order. */
  readonly attempted: readonly LoggedEndpoint[]
  /** What a proxy between us and the server has answered, `:status` among it, where it is kept. */
  readonly tunnelHeaders: LoggedFields | undefined
  readonly tunnelTrailers: LoggedFields | undefined
  readonly listener: { readonly name: string }
  readonly startedMs: number
  /** Counted as they pass, so that a report finds those of a connection that lasts for days. */
  readonly bytes: { readonly fromClient: number; readonly fromUpstream: number }
  /** Envoy's response flags: why there is no upstream connection, or why it ended before its time. */
  readonly flags: string
  /** Why nothing serves it (`%RESPONSE_CODE_DETAILS%`); "" for one that is served. */
  readonly unserved: string
  /** Why it ended, where a filter ended it (`%CONNECTION_TERMINATION_DETAILS%`). */
  readonly details: string
  /** Which line of its access log is written now (`%ACCESS_LOG_TYPE%`). */
  readonly logType: 'NotSet' | 'TcpUpstreamConnected' | 'TcpPeriodic' | 'TcpConnectionEnd'
}
