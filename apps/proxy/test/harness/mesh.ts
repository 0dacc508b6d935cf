/** Pieces of a bootstrap in Envoy's own JSON, for tests to put together. */
type Json = Record<string, unknown>

const type = (name: string) => `type.googleapis.com/${name}`

export function address(port: number, host = '127.0.0.1'): Json {
  return { socket_address: { address: host, port_value: port } }
}

export function cluster(name: string, ports: readonly number[], more: Json = {}): Json {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: ports.map((port) => ({ endpoint: { address: address(port) } })) }],
    },
    ...more,
  }
}

export function route(to: string, action: Json = {}, match: Json = { prefix: '/' }, more: Json = {}): Json {
  return { match, route: { cluster: to, ...action }, ...more }
}

export function fault(config: Json): Json {
  return { '@type': type('envoy.extensions.filters.http.fault.v3.HTTPFault'), ...config }
}

export function rbac(rules: Json): Json {
  return { '@type': type('envoy.extensions.filters.http.rbac.v3.RBAC'), rules }
}

export function filter(name: string, config: Json): Json {
  return { name, typed_config: config }
}

export function httpListener(
  routes: readonly Json[],
  more: { readonly hcm?: Json; readonly filters?: readonly Json[] } = {},
): Json {
  return {
    name: 'in',
    address: address(0),
    filter_chains: [
      {
        filters: [
          {
            name: 'http',
            typed_config: {
              '@type': type('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
              stat_prefix: 'in',
              route_config: { name: 'in', virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
              http_filters: [
                ...(more.filters ?? []),
                { name: 'router', typed_config: { '@type': type('envoy.extensions.filters.http.router.v3.Router') } },
              ],
              ...more.hcm,
            },
          },
        ],
      },
    ],
  }
}

export function tcpListener(to: string, more: Json = {}): Json {
  return {
    name: 'in',
    address: address(0),
    filter_chains: [
      {
        filters: [
          {
            name: 'tcp',
            typed_config: {
              '@type': type('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
              stat_prefix: 'in',
              cluster: to,
              ...more,
            },
          },
        ],
      },
    ],
  }
}

/** Everything goes to one upstream. */
export function allTo(port: number): Json {
  return bootstrap([httpListener([route('up')])], [cluster('up', [port])])
}

export function bootstrap(listeners: readonly Json[], clusters: readonly Json[]): Json {
  return { node: { id: 'test', cluster: 'test.default' }, static_resources: { listeners, clusters } }
}
