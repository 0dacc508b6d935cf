import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { SecureContext, Server, TLSSocket } from 'node:tls'
import type { TlsServerConfig } from '../config/tls-config.ts'
import { countHandshake, type TlsCounts } from '../counts/tls-counts.ts'
import type { ListenerCounts } from '../counts/traffic-counts.ts'
import { isIssuedByOneOf, rootsOf } from '../identity/direct-issuers.ts'
import { notPinned, peerProblem } from '../identity/peer-problem.ts'
import { contextOptions } from '../identity/tls-context.ts'
import { cutOffBrokenTls } from '../net/cut-off-broken-tls.ts'
import { tlsLibrary } from '../net/tls-library.ts'
import { certificatesFor, type NamedPair, namedPair } from './pick-certificate.ts'

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
  // Who says before the handshake is over that nothing more comes cannot end it.
  accepted.allowHalfOpen = false
  server.emit('connection', accepted)
}

/** Never listens: connections are handed to it. */
function newServer(config: TlsServerConfig): Server {
  const { keyPairs, trustedCa, alpnProtocols, scansAllCertificates } = config
  const pairs = keyPairs.length > 1 ? keyPairs.map(namedPair) : []
  const server = tlsLibrary().createServer({
    ...contextOptions(config, pairs.length === 0 ? keyPairs : certificatesFor(pairs, undefined, true)),
    ...(pairs.length === 0 ? {} : { SNICallback: byName(config, pairs, scansAllCertificates) }),
    requestCert: trustedCa !== undefined,
    rejectUnauthorized: config.requiresClientCertificate,
    ...(alpnProtocols.length === 0 ? {} : { ALPNProtocols: [...alpnProtocols] }),
    handshakeTimeout: config.handshakeTimeoutMs,
    noDelay: true,
  })
  const isDirect = config.depthMax !== undefined && config.depthMax <= 1
  const directRoots = isDirect && trustedCa !== undefined ? rootsOf(trustedCa) : undefined
  server.on('secureConnection', (socket) => {
    const accepted = (socket as unknown as FromSocket)._parent
    const known = waiting.get(accepted)
    waiting.delete(accepted)
    if (known === undefined || isRefused(socket, config, directRoots, known.counts.tls)) {
      socket.destroy()
      return
    }
    countHandshake(known.counts.tls, socket, socket.authorized)
    socket.allowHalfOpen = true
    known.onSecure(cutOffBrokenTls(socket))
  })
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const known = waiting.get((socket as unknown as FromSocket)._parent)
    if (known !== undefined) countFailure(known.counts, error, socket)
    socket.destroy()
  })
  return server
}

type SniCallback = (name: string, done: (error: Error | null, context?: SecureContext) => void) => void

/** A context for each set of certificates that names lead to: there are fewer of those than of names. */
function byName(config: TlsServerConfig, pairs: readonly NamedPair[], scansAll: boolean): SniCallback {
  const contexts = new Map<string, SecureContext>()
  return (name, done) => {
    const chosen = certificatesFor(pairs, name, scansAll)
    const key = chosen.map((pair) => config.keyPairs.indexOf(pair)).join()
    let context = contexts.get(key)
    if (context === undefined) {
      context = tlsLibrary().createSecureContext(contextOptions(config, chosen))
      contexts.set(key, context)
    }
    done(null, context)
  }
}

function countFailure(
  counts: ListenerCounts,
  { code }: NodeJS.ErrnoException,
  { authorizationError }: TLSSocket,
): void {
  if (authorizationError) counts.tls.failChain++
  else if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') counts.handshakeTimeouts++
  else if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') counts.tls.failNoCertificate++
  // Who leaves in the middle has done nothing wrong.
  else if (code !== 'ECONNRESET') counts.tls.connectionErrors++
}

function isRefused(
  socket: TLSSocket,
  config: TlsServerConfig,
  roots: readonly X509Certificate[] | undefined,
  counts: TlsCounts,
): boolean {
  if (config.requiresServerName && !socket.servername) return true
  if (config.trustedCa === undefined) return false
  const certificate = socket.getPeerX509Certificate()
  // Optional is not "whatever": a certificate that is shown must be right.
  if (certificate === undefined) return config.requiresClientCertificate
  if (!socket.authorized || (roots !== undefined && !isIssuedByOneOf(roots, certificate))) {
    counts.failChain++
    return true
  }
  const problem = peerProblem(certificate, config)
  if (problem === notPinned) counts.failPin++
  else if (problem !== undefined) counts.failNames++
  return problem !== undefined
}
