import { fromBinary } from '@bufbuild/protobuf'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Cluster } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import {
  HttpProtocolOptionsSchema as CommonOptionsSchema,
  type Http1ProtocolOptions,
  Http1ProtocolOptionsSchema,
  type Http2ProtocolOptions,
  type UpstreamHttpProtocolOptions,
  UpstreamHttpProtocolOptionsSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/protocol_pb'
import {
  type HttpProtocolOptions,
  HttpProtocolOptionsSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/upstreams/http/v3/http_protocol_options_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { AutoServerName } from './auto-server-name.ts'
import type { Http2ClientConfig, UpstreamProtocol } from './cluster-config.ts'
import { decodeFieldCase } from './decode-field-case.ts'
import { decodeHttp2Client } from './decode-http2-options.ts'
import type { FieldCase } from './field-case.ts'

export type UpstreamHttp = Spoken & {
  readonly idleTimeoutMs: number
  readonly requestsPerConnectionMax: number
  readonly connectionDurationMaxMs: number
  readonly headerCountMax: number
  readonly streamDurationMaxMs: number
  readonly autoName: AutoServerName | undefined
}

type Spoken = {
  readonly protocol: UpstreamProtocol
  readonly fieldCase: FieldCase | undefined
  readonly http2: Http2ClientConfig | undefined
}

const optionsName = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
const path = `typed_extension_protocol_options["${optionsName}"]`
const supported = new Set([
  'common_http_protocol_options',
  'upstream_http_protocol_options',
  'explicit_http_config',
  'use_downstream_protocol_config',
  'auto_config',
])
const supportedUpstream = new Set(['auto_sni', 'auto_san_validation', 'override_auto_sni_header'])
const supportedCommon = new Set([
  'idle_timeout',
  'max_connection_duration',
  'max_requests_per_connection',
  'max_headers_count',
  'max_stream_duration',
  // It is about requests that come in.
  'headers_with_underscores_action',
])
const supportedHttp1 = new Set([
  // Trailers are always passed on, and there is one parser.
  'enable_trailers',
  'use_balsa_parser',
  // These two are about requests that come in.
  'allow_absolute_url',
  'accept_http_10',
  'header_key_format',
])

/** How a cluster speaks HTTP: `HttpProtocolOptions`, or the fields of the cluster that were before it. */
export function decodeUpstreamHttp(cluster: Cluster): UpstreamHttp {
  for (const name of Object.keys(cluster.typedExtensionProtocolOptions)) {
    if (name !== optionsName) {
      throw new ResourceRejected(`typed_extension_protocol_options["${name}"]`, 'not supported yet')
    }
  }
  const any = cluster.typedExtensionProtocolOptions[optionsName]
  const options = any && fromBinary(HttpProtocolOptionsSchema, any.value)
  if (options) refuseUnsupported(HttpProtocolOptionsSchema, options, supported, path)
  const common = options?.commonHttpProtocolOptions
  if (common) refuseUnsupported(CommonOptionsSchema, common, supportedCommon, `${path}.common_http_protocol_options`)
  return {
    idleTimeoutMs: durationMs(common?.idleTimeout) ?? 3_600_000,
    requestsPerConnectionMax: common?.maxRequestsPerConnection ?? cluster.maxRequestsPerConnection ?? 0,
    connectionDurationMaxMs: durationMs(common?.maxConnectionDuration) ?? 0,
    headerCountMax: common?.maxHeadersCount ?? 100,
    streamDurationMaxMs: durationMs(common?.maxStreamDuration) ?? 0,
    autoName:
      options === undefined
        ? decodeAutoName(cluster.upstreamHttpProtocolOptions, 'upstream_http_protocol_options')
        : decodeAutoName(options.upstreamHttpProtocolOptions, `${path}.upstream_http_protocol_options`),
    ...(options === undefined ? legacySpoken(cluster) : decodeSpoken(options)),
  }
}

function decodeAutoName(message: UpstreamHttpProtocolOptions | undefined, at: string): AutoServerName | undefined {
  if (message === undefined) return undefined
  refuseUnsupported(UpstreamHttpProtocolOptionsSchema, message, supportedUpstream, at)
  const { autoSni, autoSanValidation, overrideAutoSniHeader: header } = message
  if (header !== '' && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(header) && header !== ':authority') {
    throw new ResourceRejected(`${at}.override_auto_sni_header`, `"${header}" is no header name`)
  }
  if (!autoSni && !autoSanValidation) return undefined
  return { isTold: autoSni, isVerified: autoSanValidation, header: header.toLowerCase() }
}

function legacySpoken({ httpProtocolOptions: http1, http2ProtocolOptions: options }: Cluster): Spoken {
  const http2 = options && decodeHttp2Client(options, 'http2_protocol_options')
  const fieldCase = decodeHttp1(http1, 'http_protocol_options')
  return { protocol: http2 === undefined ? 'http1' : 'http2', fieldCase, http2 }
}

function decodeHttp1(options: Http1ProtocolOptions | undefined, at: string): FieldCase | undefined {
  if (options !== undefined) refuseUnsupported(Http1ProtocolOptionsSchema, options, supportedHttp1, at)
  return decodeFieldCase(options, at)
}

function decodeSpoken({ upstreamProtocolOptions: upstream }: HttpProtocolOptions): Spoken {
  switch (upstream.case) {
    case 'explicitHttpConfig': {
      const { protocolConfig } = upstream.value
      const at = `${path}.explicit_http_config`
      switch (protocolConfig.case) {
        case 'http2ProtocolOptions':
          return {
            protocol: 'http2',
            fieldCase: undefined,
            http2: decodeHttp2Client(protocolConfig.value, `${at}.http2_protocol_options`),
          }
        case 'http3ProtocolOptions':
          throw new ResourceRejected(`${at}.http3_protocol_options`, 'not supported yet')
        case 'httpProtocolOptions':
          return {
            protocol: 'http1',
            fieldCase: decodeHttp1(protocolConfig.value, `${at}.http_protocol_options`),
            http2: undefined,
          }
        default:
          return { protocol: 'http1', fieldCase: undefined, http2: undefined }
      }
    }
    case 'useDownstreamProtocolConfig':
      return { protocol: 'downstream', ...decodeBoth(upstream.value, `${path}.use_downstream_protocol_config`) }
    case 'autoConfig': {
      const at = `${path}.auto_config`
      if (upstream.value.alternateProtocolsCacheOptions !== undefined) {
        throw new ResourceRejected(`${at}.alternate_protocols_cache_options`, 'not supported yet')
      }
      return { protocol: 'auto', ...decodeBoth(upstream.value, at) }
    }
    default:
      throw new ResourceRejected(path, 'does not say which HTTP')
  }
}

function decodeBoth(
  options: {
    readonly httpProtocolOptions?: Http1ProtocolOptions | undefined
    readonly http2ProtocolOptions?: Http2ProtocolOptions | undefined
    readonly http3ProtocolOptions?: unknown
  },
  at: string,
): Omit<Spoken, 'protocol'> {
  const { httpProtocolOptions: http1, http2ProtocolOptions: http2 } = options
  if (options.http3ProtocolOptions !== undefined) {
    throw new ResourceRejected(`${at}.http3_protocol_options`, 'not supported yet')
  }
  return {
    fieldCase: decodeHttp1(http1, `${at}.http_protocol_options`),
    http2: decodeHttp2Client(http2, `${at}.http2_protocol_options`),
  }
}
