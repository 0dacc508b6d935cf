import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { readTlsFacts } from '../identity/read-tls-facts.ts'
import { certificateNames, namesForRules } from '../message/names-for-rules.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import { subjectAltNames, uriOf } from '../message/subject-alt-names.ts'
import type { TcpAddress } from '../net/socket-address.ts'
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
    names: undefined,
    destinationAddress: restored?.host ?? unmapped(socket.localAddress ?? ''),
    destinationPort: restored?.port ?? socket.localPort ?? 0,
    ownAddress: unmapped(socket.localAddress ?? ''),
    ownPort: socket.localPort ?? 0,
    isDestinationRestored: restored !== undefined,
    sni: undefined,
    isSecure: false,
    tls: undefined,
    keptBytes: 0,
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

/** What the handshake has proved. */
export function securePeer(
  socket: TLSSocket,
): Pick<ConnectionPeer, 'principal' | 'names' | 'certificate' | 'sni' | 'isSecure' | 'tls'> {
  const tls = readTlsFacts(socket, false)
  const certificate = certificateNames(tls.peer)
  return {
    principal: uriOf(subjectAltNames(tls.peer?.subjectAltName)),
    names: namesForRules(certificate),
    certificate,
    sni: socket.servername || undefined,
    isSecure: true,
    tls,
  }
}
