import type { IpRange } from '@heddle/engine/match/ip-range'
import type { SocketAddress } from '../net/socket-address.ts'
import type { SocketOption } from '../net/socket-option.ts'
import type { AccessLogConfig } from './access-log-config.ts'
import type { AnswerChain } from './answer-chain.ts'
import type { HttpChain } from './http-chain.ts'
import type { NetworkFilter } from './network-filter.ts'
import type { TcpChain } from './tcp-chain.ts'
import type { TlsServerConfig } from './tls-config.ts'

/** `envoy.config.listener.v3.Listener`. */
export type ListenerConfig = {
  readonly name: string
  /** `stat_prefix`; "": statistics go by its address. */
  readonly statPrefix: string
  readonly address: SocketAddress
  /** `traffic_direction`; decides the metrics' reporter: inbound = destination, outbound = source. */
  readonly direction: 'inbound' | 'outbound'
  readonly chains: readonly FilterChain[]
  readonly defaultChain: FilterChain | undefined
  /** Undefined: nothing is read before a chain serves it. */
  readonly filters: ListenerFilters | undefined
  /** `access_log`: of connections that no chain takes. */
  readonly unservedLogs: readonly AccessLogConfig[]
  readonly connectionsMax: number
  /** `per_connection_buffer_limit_bytes`: what may wait for a client; undefined for as much as is usual here. */
  readonly bufferBytesMax: number | undefined
  /** `tcp_backlog_size`: connections that the system has taken and we have not. */
  readonly backlog: number
  /**
   * `enable_reuse_port`: each process has a socket of its own, and the system divides the connections. Where it says
   * nothing it is off, unlike Envoy's: a second proxy at an address is a mistake that should be seen.
   */
  readonly reusesPort: boolean
  /** `socket_options`, `freebind`, `transparent` and `tcp_fast_open_queue_length`, in the order in which they are told. */
  readonly socketOptions: readonly SocketOption[]
  /** `original_dst`: where a connection was going before the system redirected it to us. */
  readonly originalDestination: OriginalDestinationUse
  /** `bind_to_port`: false for one that only gets connections from another (`use_original_dst`). */
  readonly bindsPort: boolean
  /** `ignore_global_conn_limit`: what all listeners may have together does not hold here; its connections count there. */
  readonly ignoresConnectionLimit: boolean
  /** `bypass_overload_manager`: no action of the overload manager is taken here; the limits that are always there hold. */
  readonly bypassesOverload: boolean
}

/** `hand-over` gives the connection to the listener of that address, where there is one (`use_original_dst`). */
export type OriginalDestinationUse = 'ignored' | 'restored' | 'hand-over'

export type FilterChain = {
  readonly name: string
  /** Undefined takes whatever no other chain takes. */
  readonly match: ChainMatch | undefined
  /** Those before the one that serves, in order. */
  readonly filters: readonly NetworkFilter[]
  /** `transport_socket`; undefined: bytes as they are. */
  readonly tls: TlsServerConfig | undefined
  readonly network: HttpChain | TcpChain | AnswerChain
}

/** `filter_chain_match`. What is empty is not asked. */
export type ChainMatch = {
  readonly destinationPort: number | undefined
  readonly destinationRanges: readonly IpRange[]
  /** In lower case; "*.example.com" takes every name below. */
  readonly serverNames: readonly string[]
  readonly transport: '' | 'tls' | 'raw_buffer'
  readonly protocols: readonly string[]
  readonly directSourceRanges: readonly IpRange[]
  readonly sourceType: 'any' | 'local' | 'external'
  readonly sourceRanges: readonly IpRange[]
  readonly sourcePorts: readonly number[]
}

/** What is read of a connection before a chain is chosen. */
export type ListenerFilters = {
  readonly proxyProtocol: { readonly isOptional: boolean; readonly refusedVersions: readonly (1 | 2)[] } | undefined
  readonly tls: boolean
  readonly http: boolean
  readonly timeoutMs: number
  /** Goes on with what is known when the time is over, instead of cutting the client off. */
  readonly continuesOnTimeout: boolean
}
