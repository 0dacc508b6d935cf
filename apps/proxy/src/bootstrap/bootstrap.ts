import type { Bootstrap as BootstrapMessage } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { OverloadConfig } from '../config/overload-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { SocketAddress } from '../config/socket-address.ts'
import type { TlsClientConfig } from '../config/tls-config.ts'
import type { FixedWants } from '../discovery/fixed-wants.ts'

/** What a bootstrap file says, decoded. */
export type Bootstrap = {
  readonly message: BootstrapMessage
  readonly node: Node
  readonly admin: SocketAddress | undefined
  /** Listeners and clusters that need no control plane. */
  readonly config: ProxyConfig
  readonly ads: AdsSource | undefined
  /** What it wants from the control plane and out of files. */
  readonly wants: FixedWants
  /** `cluster_manager.upstream_bind_config`: the source address of every upstream connection that has none of its own. */
  readonly bindAddress: string | undefined
  /** `overload_manager`. */
  readonly overload: OverloadConfig | undefined
  /** Of all listeners together; undefined: as many as usual. */
  readonly connectionsMax: number | undefined
  /** By the listener's name; what is not there has its own. */
  readonly listenerConnectionsMax: ReadonlyMap<string, number>
  /** `cluster_manager.local_cluster_name`: the cluster that this proxy is part of, with its own locality. */
  readonly local: { readonly cluster: string; readonly locality: string } | undefined
}

export type AdsSource = {
  /** Management servers, to be tried in turn. */
  readonly servers: readonly SocketAddress[]
  readonly cluster: string
  /** `transport_socket` of that cluster; undefined: bytes as they are. */
  readonly tls: TlsClientConfig | undefined
  /** By differences, or state of the world. */
  readonly apiType: 'DELTA_GRPC' | 'GRPC'
}
