import type { PeerSetup } from './scenario.ts'

export type Json = Record<string, unknown>

export const typeUrl = (name: string) => `type.googleapis.com/${name}`
const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })

export type BootstrapParts = {
  /** Beside the router. */
  readonly filters?: readonly Json[]
  readonly manager?: Json
  readonly chain?: Json
  readonly cluster?: Json
  readonly network?: Json
  readonly clusters?: readonly Json[]
}

/** One listener, one route by host, one cluster: the file that our proxy and a real Envoy both start from. */
export function envoyBootstrap(setup: PeerSetup, parts: BootstrapParts = {}): Json {
  const { listenPort, upstreamPort, adminPort } = setup
  return {
    node: { id: 'bench', cluster: 'bench' },
    admin: { address: address(adminPort) },
    static_resources: {
      listeners: [
        {
          name: 'in',
          address: address(listenPort),
          traffic_direction: 'OUTBOUND',
          filter_chains: [{ filters: [parts.network ?? connectionManager(parts)], ...parts.chain }],
        },
      ],
      clusters: [cluster('out', upstreamPort, parts.cluster), ...(parts.clusters ?? [])],
    },
  }
}

export function cluster(name: string, port: number, more: Json = {}): Json {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
    },
    ...more,
  }
}

/** `typed_extension_protocol_options` of a cluster that is spoken HTTP/2 with. */
export const http2Options: Json = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': typeUrl('envoy.extensions.upstreams.http.v3.HttpProtocolOptions'),
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
}

function connectionManager({ filters = [], manager = {} }: BootstrapParts): Json {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': typeUrl('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
      stat_prefix: 'in',
      generate_request_id: true,
      route_config: {
        name: 'in',
        virtual_hosts: [
          {
            name: 'bench',
            domains: ['bench.shop'],
            routes: [{ match: { prefix: '/' }, route: { cluster: 'out', timeout: '15s' } }],
          },
        ],
      },
      http_filters: [
        ...filters,
        {
          name: 'envoy.filters.http.router',
          typed_config: { '@type': typeUrl('envoy.extensions.filters.http.router.v3.Router') },
        },
      ],
      ...manager,
    },
  }
}
