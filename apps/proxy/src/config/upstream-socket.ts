import type { TlsClientConfig } from './tls-config.ts'

/** `transport_socket` of a cluster: how bytes get to an endpoint. */
export type UpstreamSocket = {
  /** Undefined: bytes as they are. */
  readonly tls: TlsClientConfig | undefined
  /** The version of the PROXY header that begins every connection; undefined for none. */
  readonly proxyProtocol: 1 | 2 | undefined
  /** Of the message that it was read from, so not of secrets that change: what another one opened is used no more. */
  readonly socketKey: string
}

/** `transport_socket_matches[]`: for endpoints whose metadata says so. */
export type SocketMatch = {
  readonly name: string
  /** What each value must be, as JSON; none takes every endpoint. */
  readonly labels: readonly (readonly [key: string, value: string])[]
  readonly socket: UpstreamSocket
}
