import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { TlsFacts } from '../message/tls-facts.ts'
import { sessionIdOf } from './session-id.ts'

/** What a handshake that is over has agreed on and proved. `isVouched` is for a peer that may be whoever it is. */
export function readTlsFacts(socket: TLSSocket, isVouched: boolean): TlsFacts {
  const peer = socket.authorized || isVouched ? socket.getPeerX509Certificate() : undefined
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    peer,
    serverName: socket.servername || '',
    securedMs: performance.now(),
    chain: () => chainOf(socket.getPeerCertificate(true)),
    own: () => socket.getX509Certificate(),
    sessionId: () => sessionIdOf(socket.getSession()),
    group: () => groupOf(socket.getEphemeralKeyInfo()),
  }
}

function chainOf(leaf: DetailedPeerCertificate): readonly string[] {
  const chain: DetailedPeerCertificate[] = []
  // The last one names itself as its issuer.
  for (let next = leaf; next?.raw !== undefined && !chain.includes(next); next = next.issuerCertificate)
    chain.push(next)
  return chain.map(({ raw }) => new X509Certificate(raw).toString())
}

/** As BoringSSL names it; "" where the library does not say, as at the server's end. */
function groupOf(info: ReturnType<TLSSocket['getEphemeralKeyInfo']>): string {
  const name = info === null || !('name' in info) ? undefined : info.name
  return name === 'prime256v1'
    ? 'P-256'
    : name === 'secp384r1'
      ? 'P-384'
      : name === 'secp521r1'
        ? 'P-521'
        : (name ?? '')
}
