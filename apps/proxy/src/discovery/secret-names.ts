import { fromBinary } from '@bufbuild/protobuf'
import type { TransportSocket } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { ProxyProtocolUpstreamTransportSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb'
import type { SdsSecretConfig } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import {
  type CommonTlsContext,
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb'

const known = new WeakMap<TransportSocket, readonly string[]>()

/** The secrets that a transport socket wants from the control plane. None of one that cannot be read: that is said elsewhere. */
export function secretNames(socket: TransportSocket | undefined): readonly string[] {
  if (socket === undefined) return []
  let names = known.get(socket)
  if (names === undefined) {
    names = read(socket)
    known.set(socket, names)
  }
  return names
}

function read({ configType }: TransportSocket): readonly string[] {
  if (configType.case !== 'typedConfig') return []
  const { typeUrl, value } = configType.value
  try {
    switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
      case DownstreamTlsContextSchema.typeName:
        return namesOf(fromBinary(DownstreamTlsContextSchema, value).commonTlsContext)
      case UpstreamTlsContextSchema.typeName:
        return namesOf(fromBinary(UpstreamTlsContextSchema, value).commonTlsContext)
      case ProxyProtocolUpstreamTransportSchema.typeName:
        return secretNames(fromBinary(ProxyProtocolUpstreamTransportSchema, value).transportSocket)
      default:
        return []
    }
  } catch {
    return []
  }
}

function namesOf(context: CommonTlsContext | undefined): readonly string[] {
  const validation = context?.validationContextType
  const configs: readonly (SdsSecretConfig | undefined)[] = [
    ...(context?.tlsCertificateSdsSecretConfigs ?? []),
    validation?.case === 'validationContextSdsSecretConfig' ? validation.value : undefined,
    validation?.case === 'combinedValidationContext' ? validation.value.validationContextSdsSecretConfig : undefined,
  ]
  return configs.flatMap((each) =>
    each?.sdsConfig?.configSourceSpecifier.case === 'ads' && each.name !== '' ? [each.name] : [],
  )
}
