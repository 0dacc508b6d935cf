import type { SubsetMatch } from '@heddle/engine/balance/subset-match'
import type { AccessLogConfig } from './access-log-config.ts'
import type { Tunneling } from './tunneling.ts'

/** `tcp_proxy`. */
export type TcpChain = {
  readonly kind: 'tcp'
  readonly statPrefix: string
  readonly clusters: readonly TcpCluster[]
  readonly idleTimeoutMs: number
  readonly connectionDurationMaxMs: number | undefined
  /** Up to so much longer, as a share: connections that began together need not end together. */
  readonly connectionDurationJitter: number
  /** `max_connect_attempts`: how many endpoints are tried before the client is refused. */
  readonly connectAttemptsMax: number
  /** `hash_policy.source_ip`: clients of one address meet the same endpoint, where the cluster balances by hash. */
  readonly hashesSource: boolean
  /** Undefined: endpoints get the bytes as they are. */
  readonly tunneling: Tunneling | undefined
  readonly accessLogs: readonly AccessLogConfig[]
  /** A line every so often while a connection lasts; undefined: only at its end. */
  readonly logIntervalMs: number | undefined
  /** A line when the upstream is connected. */
  readonly logsConnected: boolean
}

/** `subset`: only endpoints with these values, where the cluster has subsets. */
export type TcpCluster = {
  readonly cluster: string
  readonly weight: number
  readonly subset: SubsetMatch | undefined
}
