import type { ClusterConfig } from '../config/cluster-config.ts'
import type { TlsClientConfig } from '../config/tls-config.ts'
import type { SocketAddress } from '../net/socket-address.ts'

/** How a control plane is reached: a static cluster, as far as a stream needs it. */
export type ControlPlane = {
  /** To be tried in turn. */
  readonly servers: readonly SocketAddress[]
  /** `transport_socket` of the cluster; undefined: bytes as they are. */
  readonly tls: TlsClientConfig | undefined
  readonly connectTimeoutMs: number
  /** `connection_keepalive`; undefined where it says nothing. */
  readonly keepalive: { readonly intervalMs: number; readonly timeoutMs: number } | undefined
}

/** Undefined: its endpoints do not stand in the file, or they are not all reached in the same way. */
export function controlPlaneOf(cluster: ClusterConfig): ControlPlane | undefined {
  const { discovery, tls, connectTimeoutMs, http2, socketMatches } = cluster
  if (socketMatches.length > 0) return undefined
  const endpoints =
    discovery.kind === 'static'
      ? discovery.assignment.endpoints
      : discovery.kind === 'dns'
        ? discovery.template.endpoints
        : []
  if (endpoints.length === 0) return undefined
  return { servers: endpoints.map(({ address }) => address), tls, connectTimeoutMs, keepalive: http2?.keepalive }
}
