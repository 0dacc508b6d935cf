import type { SubsetMatch } from '@heddle/engine/balance/subset-match'
import type { EndpointConfig } from '../config/assignment.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { TcpChain } from '../config/tcp-chain.ts'
import type { LoggedSession } from '../format/logged-session.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamFacts } from '../message/upstream-facts.ts'

/** A connection whose bytes are passed on unread, while it lasts. */
export type TcpSession = LoggedSession & {
  readonly listener: ListenerConfig
  readonly chain: TcpChain
  /** Of the configuration that it began with. */
  readonly revision: string
  readonly bytes: TcpBytes
  upstreamLocal: string
  upstream: UpstreamFacts | undefined
  /** The name that the configuration gives; there may be no such cluster. */
  clusterName: string
  readonly subset: SubsetMatch | undefined
  cluster: ClusterConfig | undefined
  endpoint: EndpointConfig | undefined
  readonly attempted: EndpointConfig[]
  /** What a proxy between us and the server has answered, where it is kept. */
  tunnelHeaders: HeaderBlock | undefined
  tunnelTrailers: HeaderBlock | undefined
  flags: string
  details: string
  /** The policy that denied it; "none" where no policy allowed it, "" where it was let in. */
  deniedBy: string
  logType: LoggedSession['logType']
}

export type TcpBytes = { fromClient: number; fromUpstream: number }
