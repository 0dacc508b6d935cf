import type { Any } from '@bufbuild/protobuf/wkt'
import { HttpProtocolOptionsSchema } from '@heddle/shared/xds/generated/envoy/extensions/upstreams/http/v3/http_protocol_options_pb'
import { pack } from './encode-resource.ts'
import { duration } from './xds-values.ts'

const extension = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

/** How a cluster speaks HTTP. Without it Envoy would speak HTTP/1.1 to a gRPC backend, and every call would fail. */
export function httpProtocolOptions(options: {
  readonly isHttp2: boolean
  readonly idleTimeoutMs: number
  readonly requestsPerConnectionMax: number | undefined
}): Record<string, Any> {
  const { isHttp2, idleTimeoutMs, requestsPerConnectionMax } = options
  return {
    [extension]: pack(HttpProtocolOptionsSchema, {
      commonHttpProtocolOptions: {
        idleTimeout: duration(idleTimeoutMs),
        ...(requestsPerConnectionMax === undefined ? {} : { maxRequestsPerConnection: requestsPerConnectionMax }),
      },
      upstreamProtocolOptions: {
        case: 'explicitHttpConfig',
        value: {
          protocolConfig: isHttp2
            ? { case: 'http2ProtocolOptions', value: {} }
            : { case: 'httpProtocolOptions', value: {} },
        },
      },
    }),
  }
}
