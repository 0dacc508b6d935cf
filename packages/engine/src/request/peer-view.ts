/** Who is at the other end of the downstream connection. */
export type PeerView = {
  /** The address of the socket's other end; an IPv4-mapped IPv6 address may appear as such. */
  readonly address: string
  readonly port: number
  /** The client as far as trusted forwarding headers tell; equals `address` inside the mesh. */
  readonly remoteAddress: string
  /** The verified URI SAN; undefined without mTLS. */
  readonly principal: string | undefined
  /** Where the connection was going: the listener's side of the socket. */
  readonly destinationAddress: string
  readonly destinationPort: number
  readonly sni: string | undefined
}
