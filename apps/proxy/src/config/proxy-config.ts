import type { RouteTable } from '@heddle/engine/route/route-table'
import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { Assignment } from './assignment.ts'
import type { ClusterConfig } from './cluster-config.ts'
import type { ListenerConfig } from './listener-config.ts'
import type { SecretConfig } from './tls-secret.ts'

/**
 * Everything the traffic code knows: one immutable value behind one reference.
 * `discovery/` builds a new one from xDS resources or from the bootstrap's static resources and swaps the reference;
 * a request keeps the one it started with.
 */
export type ProxyConfig = {
  /** Shown as the metric label and log field `config_revision`; "static" without a control plane. */
  readonly revision: string
  readonly listeners: ReadonlyMap<string, ListenerConfig>
  readonly clusters: ReadonlyMap<string, ClusterConfig>
  /** By RouteConfiguration name, or `resourceKey` of a source of its own; HTTP chains refer to them by name, so that RDS and LDS change apart. */
  readonly routes: ReadonlyMap<string, RouteTable>
  /** By ClusterLoadAssignment name, or `resourceKey` of a source of its own. Absent means: not discovered yet. */
  readonly assignments: ReadonlyMap<string, Assignment>
  /** Certificates and roots that TLS contexts refer to by name. */
  readonly secrets: ReadonlyMap<string, SecretConfig>
  /** Layers of the runtime by Runtime name, or `resourceKey` of a source of its own. */
  readonly runtimes: ReadonlyMap<string, RuntimeValues>
}
