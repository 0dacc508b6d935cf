import type { SubsetMatch } from '@heddle/engine/balance/subset-match'
import type { EndpointConfig } from '../config/assignment.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { TcpChain } from '../config/tcp-chain.ts'
import type { ConnectionPeer } from './request-peer.ts'

/** A connection whose bytes are passed on unread, while it lasts. */
export type TcpSession = {
  readonly listener: ListenerConfig
  readonly chain: TcpChain
  /** Addresses with their ports: of the client, and where it came in. */
  readonly client: string
  readonly peer: ConnectionPeer
  /** Where its upstream connection comes from; "" without one. */
  upstreamLocal: string
  readonly local: string
  /** Of the configuration that it began with. */
  readonly revision: string
  readonly startedMs: number
  /** Counted as they pass, so that a report finds those of a connection that lasts for days. */
  readonly bytes: TcpBytes
  /** The name that the configuration gives; there may be no such cluster. */
  clusterName: string
  readonly subset: SubsetMatch | undefined
  cluster: ClusterConfig | undefined
  endpoint: EndpointConfig | undefined
  /** Envoy's response flags: why there is no upstream connection, or why it ended before its time. */
  flags: string
  /** Why it ended, where a filter ended it (`%CONNECTION_TERMINATION_DETAILS%`). */
  details: string
  /** The policy that denied it; "none" where no policy allowed it, "" where it was let in. */
  deniedBy: string
  /** Which line of its access log is written now (`%ACCESS_LOG_TYPE%`). */
  logType: 'TcpUpstreamConnected' | 'TcpPeriodic' | 'TcpConnectionEnd'
}

export type TcpBytes = { fromClient: number; fromUpstream: number }
