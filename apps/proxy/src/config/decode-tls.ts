import { create, fromBinary } from '@bufbuild/protobuf'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TransportSocket } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { FilterChain } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import {
  type CommonTlsContext,
  CommonTlsContextSchema,
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeSecretRef } from './decode-secret-ref.ts'
import { decodeTlsParams } from './decode-tls-params.ts'
import { certificateSecret, decodeValidation, validationSecret } from './decode-tls-secret.ts'
import type { TlsClientConfig, TlsServerConfig } from './tls-config.ts'
import { isDepthOfClients, noValidation, type PeerValidation, type SecretRef, type TlsKeyPair } from './tls-secret.ts'

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
      'full_scan_certs_on_sni_mismatch',
    ]),
    at,
  )
  const common = decodeCommon(message.commonTlsContext, `${at}.common_tls_context`)
  if (common.keyPairs.length === 0 && !common.secrets?.certificates.length) {
    throw new ResourceRejected(`${at}.common_tls_context.tls_certificates`, 'must not be empty')
  }
  const requires = message.requireClientCertificate ?? false
  if (common.acceptsAnyPeer) {
    const field = `${at}.common_tls_context.validation_context.trust_chain_verification`
    throw new ResourceRejected(field, 'ACCEPT_UNTRUSTED is for clusters')
  }
  if (!isDepthOfClients(common)) {
    const field = `${at}.common_tls_context.validation_context.max_verify_depth`
    throw new ResourceRejected(
      field,
      'of a listener must be 0 or 1: of the chain of a client its own certificate is all that is seen',
    )
  }
  if (requires && common.trustedCa === undefined && common.secrets?.validation === undefined) {
    throw new ResourceRejected(`${at}.require_client_certificate`, 'needs validation_context.trusted_ca')
  }
  return {
    ...common,
    requiresClientCertificate: requires,
    requiresServerName: message.requireSni ?? false,
    handshakeTimeoutMs: durationMs(chain.transportSocketConnectTimeout) ?? 10_000,
    scansAllCertificates: message.fullScanCertsOnSniMismatch ?? false,
  }
}

/** `transport_socket` of a cluster. */
export function decodeClientTls(socket: TransportSocket, path: string): TlsClientConfig {
  const at = `${path}.typed_config`
  const message = fromBinary(UpstreamTlsContextSchema, bytesOf(socket, UpstreamTlsContextSchema.typeName, at))
  const taken = ['common_tls_context', 'sni', 'auto_host_sni', 'auto_sni_san_validation', 'max_session_keys']
  refuseUnsupported(UpstreamTlsContextSchema, message, new Set(taken), at)
  const context = `${at}.common_tls_context`
  // Without a context it lacks what every client needs: that is what is told.
  const common = decodeCommon(message.commonTlsContext ?? create(CommonTlsContextSchema), context)
  if (common.trustedCa === undefined && !common.acceptsAnyPeer && common.secrets?.validation === undefined) {
    throw new ResourceRejected(
      `${context}.validation_context.trusted_ca`,
      'is required; a peer that nobody verifies is asked for with trust_chain_verification: ACCEPT_UNTRUSTED',
    )
  }
  if (common.keyPairs.length > 1 || (common.secrets?.certificates.length ?? 0) > 1) {
    throw new ResourceRejected(`${context}.tls_certificates`, 'a cluster shows one certificate at most')
  }
  return {
    ...common,
    serverName: message.sni || undefined,
    tellsHostname: message.autoHostSni,
    verifiesServerName: message.autoSniSanValidation,
  }
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
    new Set([
      'tls_params',
      'tls_certificates',
      'tls_certificate_sds_secret_configs',
      'validation_context',
      'validation_context_sds_secret_config',
      'combined_validation_context',
      'alpn_protocols',
    ]),
    path,
  )
  const { keyPairs, refs: certificates } = decodeCertificates(context, path)
  const { validation, ref, isCombined } = decodeValidationOf(context, path)
  const hasSecrets = certificates.length > 0 || ref !== undefined
  return {
    ...(validation ?? noValidation),
    keyPairs,
    alpnProtocols: context.alpnProtocols,
    ...decodeTlsParams(context.tlsParams, `${path}.tls_params`),
    secrets: hasSecrets
      ? { certificates, validation: ref, defaultValidation: isCombined ? validation : undefined }
      : undefined,
    isAwaited: false,
  }
}

/** Those that stand here, and where they are found when any of them may change. */
function decodeCertificates(
  context: CommonTlsContext,
  path: string,
): { readonly keyPairs: readonly TlsKeyPair[]; readonly refs: readonly SecretRef[] } {
  const named = context.tlsCertificateSdsSecretConfigs
  if (named.length > 0 && context.tlsCertificates.length > 0) {
    throw new ResourceRejected(`${path}.tls_certificates`, 'and tls_certificate_sds_secret_configs exclude each other')
  }
  const own = context.tlsCertificates.map((each, index) =>
    certificateSecret(each, `${path}.tls_certificates[${index}]`, false),
  )
  const isWatched = own.some(({ watched }) => watched.length > 0)
  return {
    keyPairs: own.flatMap(({ content }) => (content.kind === 'certificate' ? [content.keyPair] : [])),
    refs: isWatched
      ? own.map((secret) => ({ kind: 'own', secret }))
      : named.map((each, index) => decodeSecretRef(each, `${path}.tls_certificate_sds_secret_configs[${index}]`)),
  }
}

function decodeValidationOf(
  { validationContextType: kind }: CommonTlsContext,
  path: string,
): { readonly validation: PeerValidation | undefined; readonly ref: SecretRef | undefined; isCombined: boolean } {
  switch (kind.case) {
    case 'validationContext': {
      const secret = validationSecret(kind.value, `${path}.validation_context`, false)
      const validation = secret.content.kind === 'validation' ? secret.content.validation : undefined
      return { validation, ref: secret.watched.length > 0 ? { kind: 'own', secret } : undefined, isCombined: false }
    }
    case 'validationContextSdsSecretConfig': {
      const ref = decodeSecretRef(kind.value, `${path}.validation_context_sds_secret_config`)
      return { validation: undefined, ref, isCombined: false }
    }
    case 'combinedValidationContext': {
      const at = `${path}.combined_validation_context`
      const { defaultValidationContext: standard, validationContextSdsSecretConfig: named } = kind.value
      if (named === undefined) throw new ResourceRejected(`${at}.validation_context_sds_secret_config`, 'is required')
      return {
        validation: standard && decodeValidation(standard, `${at}.default_validation_context`, true),
        ref: decodeSecretRef(named, `${at}.validation_context_sds_secret_config`),
        isCombined: true,
      }
    }
    default:
      // The certificate providers of gRPC are refused before.
      return { validation: undefined, ref: undefined, isCombined: false }
  }
}
