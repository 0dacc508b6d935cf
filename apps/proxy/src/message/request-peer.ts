import type { CertificateNames, PeerView } from '@heddle/engine/request/peer-view'
import type { TlsFacts } from './tls-facts.ts'

/** Who is connected, as the listener knows it. */
export type ConnectionPeer = PeerView & {
  /** The connection is encrypted. */
  readonly isSecure: boolean
  /** Its destination is not the address that it was accepted at, but the one before a redirection or a proxy. */
  readonly isDestinationRestored: boolean
  /** Where it was accepted. */
  readonly ownAddress: string
  readonly ownPort: number
  /** Undefined: it is not encrypted. */
  readonly tls: TlsFacts | undefined
  /** What is kept of the bodies of its requests. */
  keptBytes: number
}

/** Of an exchange that serves no connection for now. */
export const nobody: ConnectionPeer = {
  address: '',
  directAddress: '',
  port: 0,
  remoteAddress: '',
  principal: undefined,
  names: undefined,
  destinationAddress: '',
  destinationPort: 0,
  isDestinationRestored: false,
  ownAddress: '',
  ownPort: 0,
  sni: undefined,
  isSecure: false,
  tls: undefined,
  keptBytes: 0,
}

/** Who sent one request: the connection's peer, with the client that trusted headers name. Used again and again. */
export class RequestPeer implements PeerView {
  address = ''
  directAddress = ''
  port = 0
  remoteAddress = ''
  principal: string | undefined
  names: readonly string[] | undefined
  certificate: CertificateNames | undefined
  destinationAddress = ''
  destinationPort = 0
  sni: string | undefined

  constructor(peer: PeerView) {
    this.take(peer)
  }

  take(peer: PeerView): void {
    this.address = peer.address
    this.directAddress = peer.directAddress
    this.port = peer.port
    this.remoteAddress = peer.remoteAddress
    this.principal = peer.principal
    this.names = peer.names
    this.certificate = peer.certificate
    this.destinationAddress = peer.destinationAddress
    this.destinationPort = peer.destinationPort
    this.sni = peer.sni
  }
}
