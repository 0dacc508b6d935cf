import { bootstrap, cluster, httpListener, route } from './mesh.ts'
import { startTestProxy, type TestProxy } from './start-test-proxy.ts'

/** What a cluster says whose endpoints speak HTTP/2. */
export const http2 = (options: Record<string, unknown> = {}) => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: options },
    },
  },
})

/** A proxy whose one cluster, `up`, speaks HTTP/2 to that port. */
export function proxyTo(port: number, action: Record<string, unknown> = {}, options = {}): Promise<TestProxy> {
  return startTestProxy(bootstrap([httpListener([route('up', action)])], [cluster('up', [port], http2(options))]))
}
