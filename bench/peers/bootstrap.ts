import { stringify } from 'yaml'
import type { PeerSetup } from './peer.ts'

const type = (name: string) => `type.googleapis.com/${name}`
const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })

/** The bootstrap file that our proxy and a real Envoy both start from: one route with a header, one cluster. */
export function benchBootstrap({ listenPort, upstreamPort, adminPort }: PeerSetup): string {
  return stringify({
    node: { id: 'bench', cluster: 'bench' },
    admin: { address: address(adminPort) },
    static_resources: {
      listeners: [
        {
          name: 'in',
          address: address(listenPort),
          traffic_direction: 'OUTBOUND',
          filter_chains: [
            {
              filters: [
                {
                  name: 'envoy.filters.network.http_connection_manager',
                  typed_config: {
                    '@type': type('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
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
                      {
                        name: 'envoy.filters.http.router',
                        typed_config: { '@type': type('envoy.extensions.filters.http.router.v3.Router') },
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: [
        {
          name: 'out',
          type: 'STATIC',
          connect_timeout: '1s',
          load_assignment: {
            cluster_name: 'out',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstreamPort) } }] }],
          },
        },
      ],
    },
  })
}
