import type { Json } from '../runner/scenario-values.ts'

const name = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

/** Of a cluster that is spoken to in HTTP/2, with further options of its protocol. */
export function http2Upstream(options: Json): Json {
  return protocolOptions({ explicit_http_config: { http2_protocol_options: {} }, ...options })
}

export function protocolOptions(options: Json): Json {
  return { typed_extension_protocol_options: { [name]: { '@type': `type.googleapis.com/${name}`, ...options } } }
}
