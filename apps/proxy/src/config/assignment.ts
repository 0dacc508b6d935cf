import type { SocketAddress } from '../net/socket-address.ts'

/** `envoy.config.endpoint.v3.ClusterLoadAssignment`. */
export type Assignment = {
  readonly name: string
  readonly endpoints: readonly EndpointConfig[]
  /** `policy.overprovisioning_factor`, percent. */
  readonly overprovisioningPercent: number
  /** `policy.weighted_priority_health`. */
  readonly weighsHealth: boolean
}

/** `envoy.config.endpoint.v3.LbEndpoint`. */
export type EndpointConfig = {
  /** Its address, or its name where names are resolved to one endpoint. */
  readonly key: string
  /** How many of the same key stand before it: what is no EDS may name an address more than once. */
  readonly twin: number
  readonly address: SocketAddress
  /** Its name, where it has one; "" where not. */
  readonly hostname: string
  readonly weight: number
  readonly priority: number
  readonly locality: string
  /** The same in its parts; undefined for none. */
  readonly place: Place | undefined
  /** `load_balancing_weight` of its locality; undefined where it has none. */
  readonly localityWeight: number | undefined
  readonly health: EndpointHealth
  /** `endpoint.health_check_config`: where and whether it is checked. */
  readonly healthCheck: EndpointHealthCheck
  /** `metadata.filter_metadata["envoy.lb"]`, each value as JSON: what subsets are made by. */
  readonly subsetValues: ReadonlyMap<string, string>
  /** `metadata.filter_metadata`, for format operators. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined
  /** The same of its locality. */
  readonly localityMetadata: Readonly<Record<string, unknown>> | undefined
  /** `metadata.filter_metadata.istio.workload` = "name;namespace;service;version;cluster". */
  readonly workload: WorkloadRef | undefined
}

/** `envoy.config.core.v3.Locality`. */
export type Place = { readonly region: string; readonly zone: string; readonly subZone: string }

/** `health_status`: what a control plane says of an endpoint. */
export type EndpointHealth = 'healthy' | 'unhealthy' | 'timeout' | 'draining' | 'degraded' | 'unknown'

export type EndpointHealthCheck = {
  readonly isDisabled: boolean
  readonly port: number | undefined
  readonly address: SocketAddress | undefined
  /** "" for none. */
  readonly hostname: string
}

export type WorkloadRef = {
  readonly name: string
  readonly namespace: string
  readonly service: string
  readonly version: string
}
