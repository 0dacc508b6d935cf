import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { TcpAddress } from '../config/socket-address.ts'
import type { ConnectionPeer } from '../exchange/request-peer.ts'
import { subjectAltNames, uriOf } from '../identity/subject-alt-names.ts'
import type { ConnectionFacts } from './pick-chain.ts'
import { unmapped } from './unmapped.ts'

/** Who a connection is with; `restored` is where it was going before a redirection. */
export function peerOf(socket: Socket, restored: TcpAddress | undefined): ConnectionPeer {
  const address = unmapped(socket.remoteAddress ?? '')
  return {
    address,
    directAddress: address,
    port: socket.remotePort ?? 0,
    remoteAddress: address,
    principal: undefined,
    destinationAddress: restored?.host ?? unmapped(socket.localAddress ?? ''),
    destinationPort: restored?.port ?? socket.localPort ?? 0,
    isDestinationRestored: restored !== undefined,
    sni: undefined,
    isSecure: false,
    tls: undefined,
  }
}

/** What is known of a connection before it says anything. */
export function factsOf(peer: ConnectionPeer): ConnectionFacts {
  return {
    source: peer.address,
    sourcePort: peer.port,
    directSource: peer.directAddress,
    destination: peer.destinationAddress,
    destinationPort: peer.destinationPort,
    serverName: '',
    transport: 'raw_buffer',
    protocols: [],
  }
}

/** As a PROXY header and a TLS hello tell. */
export function peerBy(peer: ConnectionPeer, facts: ConnectionFacts): ConnectionPeer {
  return {
    ...peer,
    address: facts.source,
    remoteAddress: facts.source,
    port: facts.sourcePort,
    destinationAddress: facts.destination,
    destinationPort: facts.destinationPort,
    isDestinationRestored:
      peer.isDestinationRestored ||
      peer.destinationAddress !== facts.destination ||
      peer.destinationPort !== facts.destinationPort,
    sni: facts.serverName || undefined,
  }
}

function chainOf(leaf: DetailedPeerCertificate): readonly string[] {
  const chain: DetailedPeerCertificate[] = []
  // The last one names itself as its issuer.
  for (let next = leaf; next?.raw !== undefined && !chain.includes(next); next = next.issuerCertificate)
    chain.push(next)
  return chain.map(({ raw }) => new X509Certificate(raw).toString())
}

/** What the handshake has proved. */
export function securePeer(socket: TLSSocket): Pick<ConnectionPeer, 'principal' | 'sni' | 'isSecure' | 'tls'> {
  const peer = socket.authorized ? socket.getPeerX509Certificate() : undefined
  return {
    principal: uriOf(subjectAltNames(peer?.subjectAltName)),
    sni: socket.servername || undefined,
    isSecure: true,
    tls: {
      version: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      peer,
      chain: () => chainOf(socket.getPeerCertificate(true)),
      own: () => socket.getX509Certificate(),
    },
  }
}
