/** Who is at the other end of the downstream connection. */
export type PeerView = {
  /** Who is connected: the socket's other end, or the client that a PROXY header names. */
  readonly address: string
  /** The socket's other end, whatever anybody says. */
  readonly directAddress: string
  readonly port: number
  /** The client as far as trusted forwarding headers tell; equals `address` inside the mesh. */
  readonly remoteAddress: string
  /** The verified URI SAN; undefined without mTLS. */
  readonly principal: string | undefined
  /** What a rule may know it by: all names in its certificate, "" where it has shown none; undefined without TLS. */
  readonly names: readonly string[] | undefined
  /** The same names by their kind; undefined where no certificate was shown. */
  readonly certificate?: CertificateNames | undefined
  /** Where the connection was going: the listener's side of the socket. */
  readonly destinationAddress: string
  readonly destinationPort: number
  readonly sni: string | undefined
}

/** Who a certificate says that somebody is. */
export type CertificateNames = {
  readonly uris: readonly string[]
  readonly dnsNames: readonly string[]
  /** In the form of RFC 2253. */
  readonly subject: string
}
