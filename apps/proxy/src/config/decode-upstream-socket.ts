import { createHash } from 'node:crypto'
import { fromBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TransportSocket } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  ProxyProtocolConfigSchema,
  ProxyProtocolConfig_Version as Version,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/proxy_protocol_pb'
import { ProxyProtocolUpstreamTransportSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb'
import { RawBufferSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeClientTls } from './decode-tls.ts'
import type { UpstreamSocket } from './upstream-socket.ts'

const plain: UpstreamSocket = { tls: undefined, proxyProtocol: undefined, socketKey: '' }

/** `transport_socket` of a cluster: TLS, plain, or one of these behind a PROXY header. */
export function decodeUpstreamSocket(socket: TransportSocket | undefined, path: string): UpstreamSocket {
  if (socket === undefined) return plain
  const config = socket.configType.case === 'typedConfig' ? socket.configType.value : undefined
  switch (config?.typeUrl.slice(config.typeUrl.lastIndexOf('/') + 1)) {
    case RawBufferSchema.typeName:
      return plain
    case ProxyProtocolUpstreamTransportSchema.typeName: {
      const at = `${path}.typed_config`
      const message = fromBinary(ProxyProtocolUpstreamTransportSchema, config?.value ?? new Uint8Array())
      if (message.transportSocket === undefined) throw new ResourceRejected(`${at}.transport_socket`, 'is required')
      if (message.config) {
        refuseUnsupported(ProxyProtocolConfigSchema, message.config, new Set(['version']), `${at}.config`)
      }
      const inner = decodeUpstreamSocket(message.transportSocket, `${at}.transport_socket`)
      if (inner.proxyProtocol !== undefined)
        throw new ResourceRejected(`${at}.transport_socket`, 'one header is enough')
      return { ...inner, proxyProtocol: message.config?.version === Version.V2 ? 2 : 1, socketKey: keyOf(config) }
    }
    default:
      return { tls: decodeClientTls(socket, path), proxyProtocol: undefined, socketKey: keyOf(config) }
  }
}

function keyOf(config: Any | undefined): string {
  if (config === undefined) return ''
  return createHash('sha256').update(config.typeUrl).update(config.value).digest('base64')
}
