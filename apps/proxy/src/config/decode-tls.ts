import { X509Certificate } from 'node:crypto'
import { fromBinary } from '@bufbuild/protobuf'
import { durationMs } from '@heddle/engine/duration-ms'
import { compileStringMatcher } from '@heddle/engine/match/compile-string-matcher'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TransportSocket } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { FilterChain } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import {
  type CertificateValidationContext,
  CertificateValidationContextSchema,
  SubjectAltNameMatcher_SanType as SanType,
  type TlsCertificate,
  TlsCertificateSchema,
  TlsParametersSchema,
  CertificateValidationContext_TrustChainVerification as Verification,
  TlsParameters_TlsProtocol as Version,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/common_pb'
import {
  type CommonTlsContext,
  CommonTlsContextSchema,
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { readDataSource } from './read-data-source.ts'
import type { PeerNameMatcher, TlsClientConfig, TlsKeyPair, TlsServerConfig } from './tls-config.ts'

/** Whether a transport socket is TLS: bytes as they are need none. */
export function isTls({ configType }: TransportSocket): boolean {
  return configType.case === 'typedConfig' && /\.(?:Up|Down)streamTlsContext$/.test(configType.value.typeUrl)
}

/** `transport_socket` of a filter chain. */
export function decodeServerTls(socket: TransportSocket, chain: FilterChain, path: string): TlsServerConfig {
  const at = `${path}.typed_config`
  const message = fromBinary(DownstreamTlsContextSchema, bytesOf(socket, DownstreamTlsContextSchema.typeName, at))
  refuseUnsupported(
    DownstreamTlsContextSchema,
    message,
    new Set([
      'common_tls_context',
      'require_client_certificate',
      'require_sni',
      // Sessions are never resumed here: a resumed one would skip the check of the peer.
      'disable_stateless_session_resumption',
      'disable_stateful_session_resumption',
      'session_timeout',
    ]),
    at,
  )
  const common = decodeCommon(message.commonTlsContext, `${at}.common_tls_context`)
  if (common.keyPairs.length === 0) {
    throw new ResourceRejected(`${at}.common_tls_context.tls_certificates`, 'must not be empty')
  }
  const requires = message.requireClientCertificate ?? false
  if (requires && common.trustedCa === undefined) {
    throw new ResourceRejected(`${at}.require_client_certificate`, 'needs validation_context.trusted_ca')
  }
  return {
    ...common,
    requiresClientCertificate: requires,
    requiresServerName: message.requireSni ?? false,
    handshakeTimeoutMs: durationMs(chain.transportSocketConnectTimeout) ?? 10_000,
  }
}

/** `transport_socket` of a cluster. */
export function decodeClientTls(socket: TransportSocket, path: string): TlsClientConfig {
  const at = `${path}.typed_config`
  const message = fromBinary(UpstreamTlsContextSchema, bytesOf(socket, UpstreamTlsContextSchema.typeName, at))
  refuseUnsupported(UpstreamTlsContextSchema, message, new Set(['common_tls_context', 'sni', 'max_session_keys']), at)
  const context = `${at}.common_tls_context`
  const common = decodeCommon(message.commonTlsContext, context)
  const validation = validationOf(message.commonTlsContext)
  const acceptsAnyPeer = validation?.trustChainVerification === Verification.ACCEPT_UNTRUSTED
  if (common.trustedCa === undefined && !acceptsAnyPeer) {
    throw new ResourceRejected(
      `${context}.validation_context.trusted_ca`,
      'is required; a peer that nobody verifies is asked for with trust_chain_verification: ACCEPT_UNTRUSTED',
    )
  }
  return { ...common, serverName: message.sni || undefined, acceptsAnyPeer }
}

function bytesOf({ configType }: TransportSocket, typeName: string, path: string): Uint8Array {
  if (configType.case !== 'typedConfig') throw new ResourceRejected(path, 'is required')
  const { typeUrl, value } = configType.value
  if (typeUrl.slice(typeUrl.lastIndexOf('/') + 1) === typeName) return value
  throw new ResourceRejected(path, `${typeUrl} is not supported here`)
}

function decodeCommon(context: CommonTlsContext | undefined, path: string) {
  if (context === undefined) throw new ResourceRejected(path, 'is required')
  refuseUnsupported(
    CommonTlsContextSchema,
    context,
    new Set(['tls_params', 'tls_certificates', 'validation_context', 'alpn_protocols']),
    path,
  )
  const params = context.tlsParams
  if (params !== undefined) {
    const known = new Set(['tls_minimum_protocol_version', 'tls_maximum_protocol_version', 'cipher_suites'])
    refuseUnsupported(TlsParametersSchema, params, known, `${path}.tls_params`)
  }
  const validation = validationOf(context)
  const at = `${path}.validation_context`
  return {
    keyPairs: context.tlsCertificates.map((each, index) => decodePair(each, `${path}.tls_certificates[${index}]`)),
    trustedCa: validation && decodeTrusted(validation, at),
    peerNames: validation === undefined ? [] : decodePeerNames(validation, at),
    alpnProtocols: context.alpnProtocols,
    versionMin: versionOf(params?.tlsMinimumProtocolVersion, 'TLSv1.2', `${path}.tls_params`),
    versionMax: versionOf(params?.tlsMaximumProtocolVersion, 'TLSv1.3', `${path}.tls_params`),
    cipherSuites: params?.cipherSuites ?? [],
  }
}

function validationOf(context: CommonTlsContext | undefined): CertificateValidationContext | undefined {
  const kind = context?.validationContextType
  return kind?.case === 'validationContext' ? kind.value : undefined
}

function decodePair(message: TlsCertificate, path: string): TlsKeyPair {
  refuseUnsupported(
    TlsCertificateSchema,
    message,
    new Set(['certificate_chain', 'private_key', 'password', 'watched_directory']),
    path,
  )
  const certificate = readDataSource(message.certificateChain, `${path}.certificate_chain`)
  const key = readDataSource(message.privateKey, `${path}.private_key`)
  if (certificate === undefined) throw new ResourceRejected(`${path}.certificate_chain`, 'is required')
  if (key === undefined) throw new ResourceRejected(`${path}.private_key`, 'is required')
  readCertificate(certificate, `${path}.certificate_chain`)
  return { certificate, key, passphrase: readDataSource(message.password, `${path}.password`) }
}

function decodeTrusted(validation: CertificateValidationContext, path: string): string | undefined {
  refuseUnsupported(
    CertificateValidationContextSchema,
    validation,
    new Set(['trusted_ca', 'match_typed_subject_alt_names', 'trust_chain_verification', 'watched_directory']),
    path,
  )
  const text = readDataSource(validation.trustedCa, `${path}.trusted_ca`)
  if (text !== undefined) readCertificate(text, `${path}.trusted_ca`)
  return text
}

function decodePeerNames(validation: CertificateValidationContext, path: string): readonly PeerNameMatcher[] {
  return validation.matchTypedSubjectAltNames.map(({ sanType, matcher }, index) => {
    const at = `${path}.match_typed_subject_alt_names[${index}]`
    const type = sanNames.get(sanType)
    if (type === undefined) throw new ResourceRejected(`${at}.san_type`, 'must be DNS, URI, EMAIL or IP_ADDRESS')
    if (matcher === undefined) throw new ResourceRejected(`${at}.matcher`, 'is required')
    return { type, matcher: compileStringMatcher(matcher, `${at}.matcher`) }
  })
}

const sanNames = new Map<SanType, PeerNameMatcher['type']>([
  [SanType.DNS, 'DNS'],
  [SanType.URI, 'URI'],
  [SanType.EMAIL, 'email'],
  [SanType.IP_ADDRESS, 'IP Address'],
])

/** A certificate that cannot be read is refused with the resource, not at the first handshake. */
function readCertificate(pem: string, path: string): void {
  try {
    new X509Certificate(pem)
  } catch {
    throw new ResourceRejected(path, 'is no certificate in PEM')
  }
}

function versionOf(version: Version | undefined, standard: 'TLSv1.2' | 'TLSv1.3', path: string) {
  switch (version) {
    case undefined:
    case Version.TLS_AUTO:
      return standard
    case Version.TLSv1_2:
      return 'TLSv1.2'
    case Version.TLSv1_3:
      return 'TLSv1.3'
    default:
      throw new ResourceRejected(path, 'TLS 1.0 and 1.1 are not spoken (RFC 8996)')
  }
}
