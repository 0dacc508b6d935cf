import { stringify } from 'yaml'
import type { Instance } from './instances.ts'

export type MeshAddresses = {
  /** Where the control plane serves ADS and OTLP. */
  readonly xds: { readonly host: string; readonly port: number }
  /** The address the outbound listener binds: loopback beside the app. */
  readonly outboundHost: string
  readonly appHost: string
}

/** The Envoy bootstrap file of an instance's sidecar, as YAML. A real Envoy starts from the same file. */
export function sidecarBootstrap(instance: Instance, { xds, outboundHost, appHost }: MeshAddresses): string {
  const ads = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '15s' }
  return stringify({
    node: {
      id: `sidecar~${instance.address}~${instance.name}.${instance.namespace}~${instance.namespace}.svc.cluster.local`,
      cluster: `${instance.service}.${instance.namespace}`,
      locality: { region: 'local', zone: instance.zone },
      metadata: {
        NAMESPACE: instance.namespace,
        WORKLOAD_NAME: instance.workload,
        SERVICE: instance.service,
        SERVICE_ACCOUNT: instance.service,
        INSTANCE_IPS: [instance.address],
        LABELS: { app: instance.service, version: instance.version },
        OUTBOUND: { address: outboundHost, port: instance.outboundPort },
        INBOUND: [{ port: instance.servicePort, protocol: 'http', app: { address: appHost, port: instance.appPort } }],
      },
    },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: instance.adminPort } } },
    dynamic_resources: {
      ads_config: {
        api_type: 'DELTA_GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'heddle-control' } }],
      },
      cds_config: ads,
      lds_config: ads,
    },
    // Peers see the instance's own address as the source, which is how a policy knows the caller.
    cluster_manager: {
      upstream_bind_config: { source_address: { address: instance.address, port_value: 0 } },
    },
    static_resources: {
      clusters: [
        {
          name: 'heddle-control',
          type: 'STRICT_DNS',
          connect_timeout: '1s',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: {
                http2_protocol_options: { connection_keepalive: { interval: '5s', timeout: '5s' } },
              },
            },
          },
          load_assignment: {
            cluster_name: 'heddle-control',
            endpoints: [
              {
                lb_endpoints: [
                  { endpoint: { address: { socket_address: { address: xds.host, port_value: xds.port } } } },
                ],
              },
            ],
          },
        },
      ],
    },
  })
}
