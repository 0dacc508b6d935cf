import type { PeerView } from '@heddle/engine/request/peer-view'
import type { TlsFacts } from './tls-facts.ts'

/** Who is connected, as the listener knows it. */
export type ConnectionPeer = PeerView & {
  /** The connection is encrypted. */
  readonly isSecure: boolean
  /** Its destination is not the address that it was accepted at, but the one before a redirection or a proxy. */
  readonly isDestinationRestored: boolean
  /** Undefined: it is not encrypted. */
  readonly tls: TlsFacts | undefined
}

/** Who sent one request: the connection's peer, with the client that trusted headers name. Used again and again. */
export class RequestPeer implements PeerView {
  readonly address: string
  readonly directAddress: string
  readonly port: number
  remoteAddress: string
  readonly principal: string | undefined
  readonly destinationAddress: string
  readonly destinationPort: number
  readonly sni: string | undefined

  constructor({
    address,
    directAddress,
    port,
    remoteAddress,
    principal,
    destinationAddress,
    destinationPort,
    sni,
  }: PeerView) {
    this.address = address
    this.directAddress = directAddress
    this.port = port
    this.remoteAddress = remoteAddress
    this.principal = principal
    this.destinationAddress = destinationAddress
    this.destinationPort = destinationPort
    this.sni = sni
  }
}
