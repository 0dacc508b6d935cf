import type { Bootstrap as BootstrapMessage } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { GrpcSource } from '../config/decode-grpc-source.ts'
import type { OverloadConfig } from '../config/overload-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { FixedWants } from '../resources/fixed-wants.ts'
import type { RuntimeLayer } from '../runtime/runtime-layer.ts'
import type { ControlPlane } from './control-plane.ts'
import type { AdminSettings } from './decode-admin.ts'

/** What a bootstrap file says, decoded. */
export type Bootstrap = {
  readonly message: BootstrapMessage
  readonly node: Node
  readonly admin: AdminSettings | undefined
  /** Listeners and clusters that need no control plane. */
  readonly config: ProxyConfig
  readonly ads: AdsSource | undefined
  /** By their static cluster: those that can be asked over a stream. */
  readonly controlPlanes: ReadonlyMap<string, ControlPlane>
  /** What it wants from control planes and out of files. */
  readonly wants: FixedWants
  /** `cluster_manager.upstream_bind_config`: the source address of every upstream connection that has none of its own. */
  readonly bindAddress: string | undefined
  /** `cluster_manager.outlier_detection.event_log_path`: where ejections are written down. */
  readonly outlierLogPath: string | undefined
  /** `overload_manager`. */
  readonly overload: OverloadConfig | undefined
  /** The overload manager's, of all listeners together; undefined: it has none. */
  readonly connectionsMax: number | undefined
  /** `layered_runtime`. */
  readonly runtime: readonly RuntimeLayer[]
  /** `cluster_manager.local_cluster_name`: the cluster that this proxy is part of, with its own locality. */
  readonly local: { readonly cluster: string; readonly locality: string } | undefined
}

/** The control plane of ADS, and how it is spoken with. */
export type AdsSource = GrpcSource & ControlPlane
