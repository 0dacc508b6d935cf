import { fromBinary } from '@bufbuild/protobuf'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Cluster } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import {
  type HttpProtocolOptions,
  HttpProtocolOptionsSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/upstreams/http/v3/http_protocol_options_pb'
import { decodeHttp2Client } from './decode-http2-options.ts'
import type { Http2ClientConfig } from './proxy-config.ts'

export type UpstreamHttp = {
  readonly idleTimeoutMs: number
  readonly requestsPerConnectionMax: number
  readonly connectionDurationMaxMs: number
  readonly http2: Http2ClientConfig | undefined
}

const optionsName = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

/** How a cluster speaks HTTP: `HttpProtocolOptions`, or the field of the cluster that was before it. */
export function decodeUpstreamHttp(cluster: Cluster): UpstreamHttp {
  for (const name of Object.keys(cluster.typedExtensionProtocolOptions)) {
    if (name !== optionsName) {
      throw new ResourceRejected(`typed_extension_protocol_options["${name}"]`, 'not supported yet')
    }
  }
  const any = cluster.typedExtensionProtocolOptions[optionsName]
  const options = any && fromBinary(HttpProtocolOptionsSchema, any.value)
  const common = options?.commonHttpProtocolOptions
  return {
    idleTimeoutMs: durationMs(common?.idleTimeout) ?? 3_600_000,
    requestsPerConnectionMax: common?.maxRequestsPerConnection ?? 0,
    connectionDurationMaxMs: durationMs(common?.maxConnectionDuration) ?? 0,
    http2: options === undefined ? legacyHttp2(cluster) : explicitHttp2(options),
  }
}

function legacyHttp2({ http2ProtocolOptions: options }: Cluster): Http2ClientConfig | undefined {
  return options && decodeHttp2Client(options, 'http2_protocol_options')
}

function explicitHttp2({ upstreamProtocolOptions: upstream }: HttpProtocolOptions): Http2ClientConfig | undefined {
  const path = `typed_extension_protocol_options["${optionsName}"]`
  switch (upstream.case) {
    case 'explicitHttpConfig': {
      const { protocolConfig } = upstream.value
      switch (protocolConfig.case) {
        case 'http2ProtocolOptions':
          return decodeHttp2Client(protocolConfig.value, `${path}.explicit_http_config.http2_protocol_options`)
        case 'http3ProtocolOptions':
          throw new ResourceRejected(`${path}.explicit_http_config.http3_protocol_options`, 'not supported yet')
        default:
          return undefined
      }
    }
    case 'useDownstreamProtocolConfig':
      throw new ResourceRejected(`${path}.use_downstream_protocol_config`, 'not supported yet')
    case 'autoConfig':
      throw new ResourceRejected(`${path}.auto_config`, 'not supported yet')
    default:
      return undefined
  }
}
