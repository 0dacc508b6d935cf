import type { TLSSocket } from 'node:tls'

/** What became of handshakes, of a listener's clients or of a cluster's endpoints. */
export type TlsCounts = {
  handshakes: number
  /** The two could not agree, or one of them broke TLS's rules. */
  connectionErrors: number
  /** Of handshakes that came about: the peer showed no certificate. */
  noCertificate: number
  /** The peer was not let through: without the certificate that is required, with one that leads to no root, … */
  failNoCertificate: number
  failChain: number
  /** … with other names than are wanted, or with another than the pinned one. */
  failNames: number
  failPin: number
  readonly versions: Map<string, number>
  readonly ciphers: Map<string, number>
}

export function newTlsCounts(): TlsCounts {
  return {
    handshakes: 0,
    connectionErrors: 0,
    noCertificate: 0,
    failNoCertificate: 0,
    failChain: 0,
    failNames: 0,
    failPin: 0,
    versions: new Map(),
    ciphers: new Map(),
  }
}

export function countHandshake(counts: TlsCounts, socket: TLSSocket, hasPeer: boolean): void {
  counts.handshakes++
  if (!hasPeer) counts.noCertificate++
  addOne(counts.versions, socket.getProtocol() ?? '')
  addOne(counts.ciphers, socket.getCipher().name)
}

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
