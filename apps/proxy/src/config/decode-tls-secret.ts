import { createPrivateKey, X509Certificate } from 'node:crypto'
import path from 'node:path'
import { compileStringMatcher } from '@heddle/engine/match/compile-string-matcher'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { DataSource, WatchedDirectory } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type CertificateValidationContext,
  CertificateValidationContextSchema,
  SubjectAltNameMatcher_SanType as SanType,
  type TlsCertificate,
  TlsCertificateSchema,
  CertificateValidationContext_TrustChainVerification as Verification,
} from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/common_pb'
import type { Secret } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { tlsLibrary } from '../net/tls-library.ts'
import { readDataSource } from './read-data-source.ts'
import {
  type CertificatePins,
  depthLimit,
  type PeerNameMatcher,
  type PeerValidation,
  type SecretConfig,
  type SecretContent,
  type TlsKeyPair,
} from './tls-secret.ts'

/** `envoy.extensions.transport_sockets.tls.v3.Secret`. Its files are always followed, as Envoy follows those of SDS. */
export function decodeSecret({ type }: Secret): SecretConfig {
  switch (type.case) {
    case 'tlsCertificate':
      return certificateSecret(type.value, 'tls_certificate', true)
    case 'validationContext':
      return validationSecret(type.value, 'validation_context', true)
    case 'sessionTicketKeys':
      throw new ResourceRejected('session_ticket_keys', 'not supported: sessions are never resumed')
    case 'genericSecret':
      throw new ResourceRejected('generic_secret', 'not supported yet')
    case undefined:
      throw new ResourceRejected('tls_certificate', 'is required')
  }
}

/** `followsFiles`: without a watched directory the folders of its files are watched. */
export function certificateSecret(message: TlsCertificate, at: string, followsFiles: boolean): SecretConfig {
  refuseUnsupported(
    TlsCertificateSchema,
    message,
    new Set(['certificate_chain', 'private_key', 'password', 'watched_directory']),
    at,
  )
  const { certificateChain, privateKey, password, watchedDirectory } = message
  return secretOf(
    () => ({ kind: 'certificate', keyPair: readPair(message, at) }),
    watchedFolders([certificateChain, privateKey, password], watchedDirectory, followsFiles),
  )
}

/** Likewise. */
export function validationSecret(
  message: CertificateValidationContext,
  at: string,
  followsFiles: boolean,
): SecretConfig {
  return secretOf(
    () => ({ kind: 'validation', validation: decodeValidation(message, at) }),
    watchedFolders([message.trustedCa, message.crl], message.watchedDirectory, followsFiles),
  )
}

/** `rootsFollow`: a secret will say whom to trust. */
export function decodeValidation(
  message: CertificateValidationContext,
  at: string,
  rootsFollow = false,
): PeerValidation {
  refuseUnsupported(
    CertificateValidationContextSchema,
    message,
    new Set([
      'trusted_ca',
      'match_typed_subject_alt_names',
      'match_subject_alt_names',
      'trust_chain_verification',
      'watched_directory',
      'crl',
      'verify_certificate_spki',
      'verify_certificate_hash',
      'max_verify_depth',
    ]),
    at,
  )
  const trustedCa = readDataSource(message.trustedCa, `${at}.trusted_ca`)
  if (trustedCa !== undefined) readCertificate(trustedCa, `${at}.trusted_ca`)
  const acceptsAnyPeer = message.trustChainVerification === Verification.ACCEPT_UNTRUSTED
  const pins = decodePins(message, at)
  const hasRoots = trustedCa !== undefined || rootsFollow
  if (pins !== undefined && (acceptsAnyPeer || !hasRoots)) {
    // Node says nothing more of a certificate once its chain is not trusted.
    throw new ResourceRejected(`${at}.${pinField(message)}`, 'is not supported without trusted_ca to be verified by')
  }
  return {
    trustedCa,
    trustedCaPath: fileOf(message.trustedCa) ?? '',
    peerNames: decodePeerNames(message, at),
    acceptsAnyPeer,
    crl: decodeCrl(message, hasRoots, at),
    pins,
    depthMax: decodeDepth(message, at),
  }
}

function decodeDepth({ maxVerifyDepth }: CertificateValidationContext, at: string): number | undefined {
  if (maxVerifyDepth !== undefined && maxVerifyDepth > depthLimit) {
    throw new ResourceRejected(`${at}.max_verify_depth`, `must not be more than ${depthLimit}`)
  }
  return maxVerifyDepth
}

/** Made into a context once, so that a list which cannot be read is refused with the resource. */
function decodeCrl(message: CertificateValidationContext, hasRoots: boolean, at: string) {
  const crl = readDataSource(message.crl, `${at}.crl`)
  if (crl === undefined) return undefined
  if (!hasRoots) throw new ResourceRejected(`${at}.crl`, 'needs trusted_ca')
  try {
    tlsLibrary().createSecureContext({ crl })
  } catch {
    throw new ResourceRejected(`${at}.crl`, 'is no revocation list in PEM')
  }
  return crl
}

function decodePins(message: CertificateValidationContext, at: string): CertificatePins | undefined {
  const { verifyCertificateSpki: keys, verifyCertificateHash: certificates } = message
  if (keys.length === 0 && certificates.length === 0) return undefined
  return {
    keys: new Set(
      keys.map((text, index) => {
        const digest = Buffer.from(text, 'base64')
        if (digest.length === 32 && text.length === 44) return digest.toString('hex')
        throw new ResourceRejected(`${at}.verify_certificate_spki[${index}]`, 'is no SHA-256 digest in base64')
      }),
    ),
    certificates: new Set(
      certificates.map((text, index) => {
        const digest = text.replaceAll(':', '').toLowerCase()
        if (/^[0-9a-f]{64}$/.test(digest)) return digest
        throw new ResourceRejected(`${at}.verify_certificate_hash[${index}]`, 'is no SHA-256 digest in hexadecimal')
      }),
    ),
  }
}

function pinField({ verifyCertificateSpki }: CertificateValidationContext): string {
  return verifyCertificateSpki.length > 0 ? 'verify_certificate_spki' : 'verify_certificate_hash'
}

function secretOf(read: () => SecretContent, watched: readonly string[]): SecretConfig {
  return { content: read(), watched, read }
}

function watchedFolders(
  sources: readonly (DataSource | undefined)[],
  whole: WatchedDirectory | undefined,
  followsFiles: boolean,
): readonly string[] {
  const files = sources.flatMap((source) => fileOf(source) ?? [])
  if (files.length === 0) return []
  if (whole !== undefined) return [whole.path]
  const folders = sources.flatMap((source) => {
    const file = fileOf(source)
    if (file === undefined) return []
    return source?.watchedDirectory?.path ?? (followsFiles ? path.dirname(file) : [])
  })
  return [...new Set(folders)]
}

function fileOf(source: DataSource | undefined): string | undefined {
  return source?.specifier.case === 'filename' ? source.specifier.value : undefined
}

function readPair(message: TlsCertificate, at: string): TlsKeyPair {
  const certificate = readDataSource(message.certificateChain, `${at}.certificate_chain`)
  const key = readDataSource(message.privateKey, `${at}.private_key`)
  const passphrase = readDataSource(message.password, `${at}.password`)
  if (certificate === undefined) throw new ResourceRejected(`${at}.certificate_chain`, 'is required')
  if (key === undefined) throw new ResourceRejected(`${at}.private_key`, 'is required')
  const leaf = readCertificate(certificate, `${at}.certificate_chain`)
  const own = readKey(key, passphrase, `${at}.private_key`)
  // Files that are replaced one after the other do not fit in between.
  if (!leaf.checkPrivateKey(own)) throw new ResourceRejected(`${at}.private_key`, 'is not the key of the certificate')
  return { certificate, key, passphrase, path: fileOf(message.certificateChain) ?? '' }
}

/** A certificate that cannot be read is refused with the resource, not at the first handshake. */
function readCertificate(pem: string, at: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new ResourceRejected(at, 'is no certificate in PEM')
  }
}

function readKey(key: string, passphrase: string | undefined, at: string) {
  try {
    return createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch {
    // The library's reason may say something of what it read.
    throw new ResourceRejected(at, 'is no private key in PEM, or the password is wrong')
  }
}

function decodePeerNames(message: CertificateValidationContext, path: string): readonly PeerNameMatcher[] {
  const typed = message.matchTypedSubjectAltNames.map(({ sanType, matcher }, index): PeerNameMatcher => {
    const at = `${path}.match_typed_subject_alt_names[${index}]`
    const type = sanNames.get(sanType)
    if (type === undefined) throw new ResourceRejected(`${at}.san_type`, 'must be DNS, URI, EMAIL or IP_ADDRESS')
    if (matcher === undefined) throw new ResourceRejected(`${at}.matcher`, 'is required')
    return { type, matcher: compileStringMatcher(matcher, `${at}.matcher`) }
  })
  // The older field means a name of any type; Istio still writes it.
  const untyped = message.matchSubjectAltNames.flatMap((matcher, index) => {
    const compiled = compileStringMatcher(matcher, `${path}.match_subject_alt_names[${index}]`)
    return [...sanNames.values()].map((type): PeerNameMatcher => ({ type, matcher: compiled }))
  })
  return [...typed, ...untyped]
}

const sanNames = new Map<SanType, PeerNameMatcher['type']>([
  [SanType.DNS, 'DNS'],
  [SanType.URI, 'URI'],
  [SanType.EMAIL, 'email'],
  [SanType.IP_ADDRESS, 'IP Address'],
])
