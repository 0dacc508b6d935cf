import type { StringMatcher } from '@heddle/engine/match/string-matcher'
import type { AdsConfigSource, GrpcConfigSource } from './decode-config-source.ts'

/** Which names a peer's certificate may carry; any one of them is enough (`match_typed_subject_alt_names`). */
export type PeerNameMatcher = { readonly type: 'DNS' | 'URI' | 'email' | 'IP Address'; readonly matcher: StringMatcher }

/** A certificate chain with its key, as PEM. `path` is the file that the chain came from, "" for none. */
export type TlsKeyPair = {
  readonly certificate: string
  readonly key: string
  readonly passphrase: string | undefined
  readonly path: string
}

/** What a peer is held to: `envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext`. */
export type PeerValidation = {
  /** PEM of the roots that a peer's certificate must lead to; undefined: no certificate is asked for. */
  readonly trustedCa: string | undefined
  /** The file that the roots came from, "" for none. */
  readonly trustedCaPath: string
  readonly peerNames: readonly PeerNameMatcher[]
  /** `trust_chain_verification: ACCEPT_UNTRUSTED`. */
  readonly acceptsAnyPeer: boolean
  /** PEM of revocation lists, against which every certificate of the chain is held. */
  readonly crl: string | undefined
  /** Undefined: any certificate that leads to the roots. */
  readonly pins: CertificatePins | undefined
  /** `max_verify_depth`: how many certificates a chain may have besides the peer's own, its root among them; undefined: as is usual. */
  readonly depthMax: number | undefined
}

/** Hexadecimal SHA-256 digests of which a certificate must have one: of its public key, or of all of it. */
export type CertificatePins = { readonly keys: ReadonlySet<string>; readonly certificates: ReadonlySet<string> }

/** Envoy's bound, which is none. */
export const depthLimit = 100

/** Whether a listener can hold its clients to it: of their chains Node shows the leaf alone. */
export function isDepthOfClients({ depthMax }: Pick<PeerValidation, 'depthMax'>): boolean {
  return depthMax === undefined || depthMax <= 1 || depthMax === depthLimit
}

/** Nobody is asked for. */
export const noValidation: PeerValidation = {
  trustedCa: undefined,
  trustedCaPath: '',
  peerNames: [],
  acceptsAnyPeer: false,
  crl: undefined,
  pins: undefined,
  depthMax: undefined,
}

export type SecretContent =
  | { readonly kind: 'certificate'; readonly keyPair: TlsKeyPair }
  | { readonly kind: 'validation'; readonly validation: PeerValidation }

/** `envoy.extensions.transport_sockets.tls.v3.Secret`, read. */
export type SecretConfig = {
  readonly content: SecretContent
  /** Folders whose changes say that its files are to be read again; none where it is in no file, or none is followed. */
  readonly watched: readonly string[]
  /** Its files as they are now. Throws `ResourceRejected` when they are gone or broken. */
  readonly read: () => SecretContent
}

/** Where a secret comes from. `fetchTimeoutMs` is how long its listener or cluster waits for it; 0 for as long as it takes. */
export type SecretRef =
  /** It stands in the TLS context itself, with files that are watched. */
  | { readonly kind: 'own'; readonly secret: SecretConfig }
  /** `static_resources.secrets` of the bootstrap. */
  | { readonly kind: 'static'; readonly name: string }
  /** From a control plane. `key` is what it goes by in the configuration: two sources may have one of the same name. */
  | {
      readonly kind: 'xds'
      readonly name: string
      readonly key: string
      readonly source: AdsConfigSource | GrpcConfigSource
      readonly fetchTimeoutMs: number
    }
  /** A file with a DiscoveryResponse; changes are looked for in `directory`. */
  | {
      readonly kind: 'path'
      readonly name: string
      readonly file: string
      readonly directory: string
      readonly fetchTimeoutMs: number
    }

/** The parts of a TLS context that come from secrets. */
export type TlsSecretRefs = {
  readonly certificates: readonly SecretRef[]
  readonly validation: SecretRef | undefined
  /** `combined_validation_context.default_validation_context`: what a secret does not say. */
  readonly defaultValidation: PeerValidation | undefined
}
