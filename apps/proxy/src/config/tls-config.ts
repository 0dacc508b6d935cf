import type { PeerValidation, TlsKeyPair, TlsSecretRefs } from './tls-secret.ts'

export type TlsCommon = PeerValidation & {
  readonly keyPairs: readonly TlsKeyPair[]
  readonly alpnProtocols: readonly string[]
  readonly versionMin: 'TLSv1.2' | 'TLSv1.3'
  readonly versionMax: 'TLSv1.2' | 'TLSv1.3'
  readonly cipherSuites: readonly string[]
  /** `ecdh_curves` and `signature_algorithms`; empty: what the library takes by itself. */
  readonly curves: readonly string[]
  readonly signatureAlgorithms: readonly string[]
  /** What is filled in from elsewhere and may change while the proxy runs; undefined: all of it stands here. */
  readonly secrets: TlsSecretRefs | undefined
  /** Something of it has not arrived: nobody is spoken with. */
  readonly isAwaited: boolean
}

/** `envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext`. */
export type TlsServerConfig = TlsCommon & {
  /** A client without a certificate is refused; without this, one that shows a certificate is still held to it. */
  readonly requiresClientCertificate: boolean
  readonly requiresServerName: boolean
  readonly handshakeTimeoutMs: number
  /** `full_scan_certs_on_sni_mismatch`: a name that no certificate carries gets any whose key fits, not just the first. */
  readonly scansAllCertificates: boolean
}

/** `envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext`. */
export type TlsClientConfig = TlsCommon & {
  readonly serverName: string | undefined
  /** `auto_host_sni`: an endpoint that has a hostname is told that instead. */
  readonly tellsHostname: boolean
  /** `auto_sni_san_validation`: the certificate must carry the name that was told, whichever it is. */
  readonly verifiesServerName: boolean
  /** What a request asked for, that the certificate must carry (`auto_san_validation`). */
  readonly verifiedName?: string
  /** The context of the configuration, of which this is the same for one name. */
  readonly basis?: TlsClientConfig
}
