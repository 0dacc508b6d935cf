import type { StringMatcher } from '@heddle/engine/match/string-matcher'

/** A certificate chain with its key, as PEM. */
export type TlsKeyPair = { readonly certificate: string; readonly key: string; readonly passphrase: string | undefined }

/** Which names a peer's certificate may carry; any one of them is enough (`match_typed_subject_alt_names`). */
export type PeerNameMatcher = { readonly type: 'DNS' | 'URI' | 'email' | 'IP Address'; readonly matcher: StringMatcher }

type TlsCommon = {
  readonly keyPairs: readonly TlsKeyPair[]
  /** PEM of the roots that a peer's certificate must lead to. */
  readonly trustedCa: string | undefined
  readonly peerNames: readonly PeerNameMatcher[]
  readonly alpnProtocols: readonly string[]
  readonly versionMin: 'TLSv1.2' | 'TLSv1.3'
  readonly versionMax: 'TLSv1.2' | 'TLSv1.3'
  readonly cipherSuites: readonly string[]
}

/** `envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext`. */
export type TlsServerConfig = TlsCommon & {
  /** A client without a certificate is refused; without this, one that shows a certificate is still held to it. */
  readonly requiresClientCertificate: boolean
  readonly requiresServerName: boolean
  readonly handshakeTimeoutMs: number
}

/** `envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext`. */
export type TlsClientConfig = TlsCommon & { readonly serverName: string | undefined; readonly acceptsAnyPeer: boolean }
