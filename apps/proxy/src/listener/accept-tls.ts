import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import type { TlsServerConfig } from '../config/tls-config.ts'
import { peerRefusal } from '../identity/peer-refusal.ts'
import { tlsLibrary } from '../tls-library.ts'
import type { ListenerCounts } from '../traffic/traffic-counts.ts'

type Waiting = { readonly onSecure: (socket: TLSSocket) => void; readonly counts: ListenerCounts }

/** A part of a TLS socket that Node does not document: the socket that it came from. */
type FromSocket = { readonly _parent: Socket }

const servers = new WeakMap<TlsServerConfig, Server>()
const waiting = new WeakMap<Socket, Waiting>()

/**
 * Begins TLS on an accepted socket. Only a client that keeps every rule of the configuration comes through `onSecure`;
 * all others are cut off, and their socket's `close` is all that is heard of them.
 */
export function acceptTls(
  accepted: Socket,
  config: TlsServerConfig,
  counts: ListenerCounts,
  onSecure: Waiting['onSecure'],
): void {
  if (config.isAwaited) {
    counts.secretsNotReady++
    accepted.destroy()
    return
  }
  let server = servers.get(config)
  if (server === undefined) {
    server = newServer(config)
    servers.set(config, server)
  }
  waiting.set(accepted, { onSecure, counts })
  accepted.on('error', () => undefined)
  server.emit('connection', accepted)
}

/** Never listens: connections are handed to it. */
function newServer(config: TlsServerConfig): Server {
  const { keyPairs, trustedCa, alpnProtocols, cipherSuites } = config
  const server = tlsLibrary().createServer({
    cert: keyPairs.map(({ certificate }) => certificate),
    key: keyPairs.map(({ key, passphrase }) => (passphrase === undefined ? key : { pem: key, passphrase })),
    ...(trustedCa === undefined ? {} : { ca: trustedCa }),
    requestCert: trustedCa !== undefined,
    rejectUnauthorized: config.requiresClientCertificate,
    ...(alpnProtocols.length === 0 ? {} : { ALPNProtocols: [...alpnProtocols] }),
    ...(cipherSuites.length === 0 ? {} : { ciphers: cipherSuites.join(':') }),
    minVersion: config.versionMin,
    maxVersion: config.versionMax,
    handshakeTimeout: config.handshakeTimeoutMs,
    // A resumed session skips the check of the peer, whatever the library says about it afterwards.
    secureOptions: constants.SSL_OP_NO_TICKET,
    allowHalfOpen: true,
    noDelay: true,
  })
  server.on('secureConnection', (socket) => {
    const accepted = (socket as unknown as FromSocket)._parent
    const known = waiting.get(accepted)
    waiting.delete(accepted)
    if (known === undefined || isRefused(socket, config)) {
      if (known !== undefined) known.counts.handshakeFailures++
      socket.destroy()
      return
    }
    known.counts.handshakes++
    known.onSecure(socket)
  })
  server.on('tlsClientError', (_error, socket) => {
    const known = waiting.get((socket as unknown as FromSocket)._parent)
    if (known !== undefined) known.counts.handshakeFailures++
    socket.destroy()
  })
  return server
}

function isRefused(socket: TLSSocket, config: TlsServerConfig): boolean {
  if (config.requiresServerName && !socket.servername) return true
  if (config.trustedCa === undefined) return false
  const certificate = socket.getPeerX509Certificate()
  // Optional is not "whatever": a certificate that is shown must be right.
  if (certificate === undefined) return config.requiresClientCertificate
  const claim = { altNames: certificate.subjectAltName, isAuthority: certificate.ca }
  return !socket.authorized || peerRefusal(claim, config.peerNames) !== undefined
}
