import type { JsonObject } from '@bufbuild/protobuf'

/** Where a process listens. */
export type HostPort = { readonly host: string; readonly port: number }

/** One instance of a service, as far as the proxy beside it must know. */
export type ProxyInstance = {
  readonly namespace: string
  readonly service: string
  /** What its copies have in common: "payments-v1". */
  readonly workload: string
  /** This copy: "payments-v1-1". */
  readonly name: string
  readonly serviceAccount: string
  /** Must hold what the service's selector asks for, or the instance is no endpoint of it. */
  readonly labels: Readonly<Record<string, string>>
  /** Its own addresses: inbound listeners bind them, and the first one is the source of its connections. */
  readonly addresses: readonly [string, ...string[]]
  readonly locality: { readonly region: string; readonly zone: string }
  readonly inbound: readonly { readonly port: number; readonly protocol: 'http' | 'tcp'; readonly app: HostPort }[]
  /** Where the workload sends its requests; undefined: it sends none. */
  readonly outbound: HostPort | undefined
}

export type BootstrapChoices = {
  /** Where the control plane serves ADS and receives OTLP; more than one for several replicas. */
  readonly control: readonly [HostPort, ...HostPort[]]
  readonly admin: HostPort
  /** By differences, or state of the world. */
  readonly apiType: 'DELTA_GRPC' | 'GRPC'
}

/** The cluster in the bootstrap through which a proxy reaches the control plane. */
export const controlCluster = 'heddle-control'

/** The cluster through which a proxy asks for the counts that the control plane keeps. */
export const limitCluster = 'heddle-rate-limits'

/** The bootstrap of the proxy beside an instance. `heddle-proxy` and a real Envoy start from the same. */
export function proxyBootstrap(instance: ProxyInstance, { control, admin, apiType }: BootstrapChoices): JsonObject {
  const [address] = instance.addresses
  const { namespace, service } = instance
  return {
    node: {
      id: `sidecar~${address}~${instance.name}.${namespace}~${namespace}.svc.cluster.local`,
      cluster: `${service}.${namespace}`,
      locality: { ...instance.locality },
      metadata: {
        NAMESPACE: namespace,
        WORKLOAD_NAME: instance.workload,
        SERVICE: service,
        SERVICE_ACCOUNT: instance.serviceAccount,
        INSTANCE_IPS: [...instance.addresses],
        LABELS: { ...instance.labels },
        ...(instance.outbound && { OUTBOUND: { address: instance.outbound.host, port: instance.outbound.port } }),
        // Both report to this cluster what they carry; our own proxy unless its environment names another receiver.
        TELEMETRY: { cluster: controlCluster },
        // Through this one both ask for the counts of limits that instances share.
        RATE_LIMITS: { cluster: limitCluster },
        INBOUND: instance.inbound.map(({ port, protocol, app }) => ({
          port,
          protocol,
          app: { address: app.host, port: app.port },
        })),
      },
    },
    admin: { address: socketAddress(admin) },
    dynamic_resources: {
      ads_config: {
        api_type: apiType,
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: controlCluster } }],
      },
      cds_config: fromAds,
      lds_config: fromAds,
    },
    // Peers see the instance's own address as the source, which is how a policy knows the caller.
    cluster_manager: { upstream_bind_config: { source_address: { address, port_value: 0 } } },
    static_resources: { clusters: [clusterOf(control), limitClusterOf(control)] },
    // Envoy's own limit of 100 refuses policies over long paths, which it is told as patterns.
    layered_runtime: { layers: [{ name: 'heddle', static_layer: { 're2.max_program_size.error_level': 32_768 } }] },
  }
}

const fromAds = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '15s' } as const

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

function clusterOf(control: BootstrapChoices['control']): JsonObject {
  const endpoints = [{ lb_endpoints: control.map((each) => ({ endpoint: { address: socketAddress(each) } })) }]
  return { ...cluster(controlCluster), load_assignment: { cluster_name: controlCluster, endpoints } }
}

/**
 * The same replicas, one after the other: counts are a replica's own, so all proxies ask the first one that is there. Only
 * with several does anybody have to find out which that is.
 */
function limitClusterOf(control: BootstrapChoices['control']): JsonObject {
  const endpoints = control.map((each, priority) => ({
    priority,
    lb_endpoints: [{ endpoint: { address: socketAddress(each) } }],
  }))
  return {
    ...cluster(limitCluster),
    load_assignment: { cluster_name: limitCluster, endpoints },
    ...(control.length > 1 && { health_checks: [connects] }),
  }
}

const connects = {
  timeout: '1s',
  interval: '2s',
  no_traffic_interval: '2s',
  unhealthy_threshold: 2,
  healthy_threshold: 1,
  tcp_health_check: {},
} as const

function cluster(name: string): JsonObject {
  return {
    name,
    type: 'STRICT_DNS',
    connect_timeout: '1s',
    typed_extension_protocol_options: {
      [httpOptions]: {
        '@type': `type.googleapis.com/${httpOptions}`,
        explicit_http_config: {
          http2_protocol_options: { connection_keepalive: { interval: '5s', timeout: '5s' } },
        },
      },
    },
  }
}

function socketAddress({ host, port }: HostPort): JsonObject {
  return { socket_address: { address: host, port_value: port } }
}
