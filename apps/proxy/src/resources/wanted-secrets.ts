import { fromBinary } from '@bufbuild/protobuf'
import type { TransportSocket } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { ProxyProtocolUpstreamTransportSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb'
import type { SdsSecretConfig } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import {
  type CommonTlsContext,
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb'
import { decodeSecretRef } from '../config/decode-secret-ref.ts'
import type { SecretRef } from '../config/tls-secret.ts'

export type WantedSecret = Extract<SecretRef, { kind: 'xds' }>

const known = new WeakMap<TransportSocket, readonly WantedSecret[]>()

/** The secrets that a transport socket wants from a control plane. None of one that cannot be read: that is said elsewhere. */
export function wantedSecrets(socket: TransportSocket | undefined): readonly WantedSecret[] {
  if (socket === undefined) return []
  let wanted = known.get(socket)
  if (wanted === undefined) {
    wanted = read(socket)
    known.set(socket, wanted)
  }
  return wanted
}

function read({ configType }: TransportSocket): readonly WantedSecret[] {
  if (configType.case !== 'typedConfig') return []
  const { typeUrl, value } = configType.value
  try {
    switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
      case DownstreamTlsContextSchema.typeName:
        return secretsOf(fromBinary(DownstreamTlsContextSchema, value).commonTlsContext)
      case UpstreamTlsContextSchema.typeName:
        return secretsOf(fromBinary(UpstreamTlsContextSchema, value).commonTlsContext)
      case ProxyProtocolUpstreamTransportSchema.typeName:
        return wantedSecrets(fromBinary(ProxyProtocolUpstreamTransportSchema, value).transportSocket)
      default:
        return []
    }
  } catch {
    return []
  }
}

function secretsOf(context: CommonTlsContext | undefined): readonly WantedSecret[] {
  const validation = context?.validationContextType
  const configs: readonly (SdsSecretConfig | undefined)[] = [
    ...(context?.tlsCertificateSdsSecretConfigs ?? []),
    validation?.case === 'validationContextSdsSecretConfig' ? validation.value : undefined,
    validation?.case === 'combinedValidationContext' ? validation.value.validationContextSdsSecretConfig : undefined,
  ]
  return configs.flatMap((each) => {
    const ref = each && decodeSecretRef(each, '')
    return ref?.kind === 'xds' ? [ref] : []
  })
}
