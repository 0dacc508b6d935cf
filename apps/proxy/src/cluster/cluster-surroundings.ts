import type { AggregateMember } from '@heddle/engine/balance/aggregate-balancer'
import type { LocalCluster } from '@heddle/engine/balance/zone-route'
import type { TcpAddress } from '../net/socket-address.ts'
import type { EndpointState } from './endpoint-state.ts'

/** What a cluster needs to know of the proxy around it. */
export type ClusterSurroundings = {
  readonly random: () => number
  /** Whether an address is one that this proxy listens on. */
  readonly isOwn: (address: TcpAddress) => boolean
  /** The cluster that the proxy is part of. */
  readonly local: () => LocalCluster | undefined
  /** Another cluster, where it is there. */
  readonly cluster: (name: string) => AggregateMember<EndpointState> | undefined
  /** Where ejections are written down; undefined: nowhere. */
  readonly outlierLog: ((line: string) => void) | undefined
  /** Who is there has changed, or how they are. */
  readonly onChange: () => void
}
