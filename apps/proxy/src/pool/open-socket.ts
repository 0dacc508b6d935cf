import { X509Certificate } from 'node:crypto'
import { connect, type IpcSocketConnectOpts, Socket, type TcpSocketConnectOpts } from 'node:net'
import type { PeerCertificate, SecureContext } from 'node:tls'
import { noteDial } from '../codec/note-dial.ts'
import type { ProxyHeader } from '../codec/proxy-protocol/read-proxy-header.ts'
import { writeProxyHeader } from '../codec/proxy-protocol/write-proxy-header.ts'
import { lendReads, type SocketReader } from '../codec/socket-reader.ts'
import type { ClusterConfig, TcpKeepalive } from '../config/cluster-config.ts'
import type { TlsClientConfig } from '../config/tls-config.ts'
import type { UpstreamSocket } from '../config/upstream-socket.ts'
import { chainLength, chainLengthMax } from '../identity/chain-length.ts'
import { peerProblem } from '../identity/peer-problem.ts'
import { contextOptions } from '../identity/tls-context.ts'
import { cutOffBrokenTls } from '../net/cut-off-broken-tls.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { SocketOption } from '../net/socket-option.ts'
import { tlsLibrary } from '../net/tls-library.ts'
import { connectToldSocket } from './connect-told-socket.ts'
import { tuneKeepalive } from './tune-keepalive.ts'

export type DialSettings = {
  readonly bindAddress: string | undefined
  /** For endpoints of the other address family. */
  readonly otherBindAddress: string | undefined
  /** Told before anything is sent; nearly always none. */
  readonly socketOptions: readonly SocketOption[]
  readonly keepalive: TcpKeepalive | undefined
  readonly tls: TlsClientConfig | undefined
  /** Written before anything else, TLS included. */
  readonly proxyHeader: Buffer | undefined
  /** Which `transport_socket` it is (`UpstreamSocket`). */
  readonly socketKey: string
}

/** The event that says that bytes can be sent: with TLS, after the peer has proved who it is. */
export function readyEvent({ tls }: DialSettings): 'connect' | 'secureConnect' {
  return tls === undefined ? 'connect' : 'secureConnect'
}

/** Opens a connection to an endpoint. With a reader, its bytes come through that. */
export function openSocket(address: SocketAddress, settings: DialSettings, reader?: SocketReader): Socket {
  const { keepalive } = settings
  const localAddress = sourceFor(address, settings)
  const options = {
    ...(address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }),
    ...(localAddress === undefined ? {} : { localAddress }),
    // Without a time of its own the system's stands.
    ...(keepalive ? { keepAlive: true, keepAliveInitialDelay: (keepalive.timeS ?? 0) * 1000 } : {}),
    ...(reader === undefined ? {} : { onread: reader.onread }),
    noDelay: true,
    allowHalfOpen: true,
  }
  const socket = begin(options, settings)
  noteDial(socket)
  if (reader !== undefined && 'encrypted' in socket && isWrapped(settings)) {
    socket.once('secureConnect', () => lendReads(socket, reader))
  } else reader?.attach(socket)
  if (keepalive !== undefined && address.kind === 'tcp') socket.once('connect', () => tuneKeepalive(socket, keepalive))
  return socket
}

/** The source address of the endpoint's family. */
function sourceFor(address: SocketAddress, { bindAddress, otherBindAddress }: DialSettings): string | undefined {
  if (address.kind === 'unix') return undefined
  const isV6 = address.host.includes(':')
  return otherBindAddress?.includes(':') === isV6 ? otherBindAddress : bindAddress
}

/** How an endpoint is dialled for one client; connections that many clients share speak for the proxy itself. */
export function endpointDial(
  { bindAddress, otherBindAddress, socketOptions, tcpKeepalive }: ClusterConfig,
  { tls, proxyProtocol, socketKey }: UpstreamSocket,
  client: ProxyHeader['addresses'],
): DialSettings {
  const proxyHeader = proxyProtocol === undefined ? undefined : writeProxyHeader(proxyProtocol, client)
  return { bindAddress, otherBindAddress, socketOptions, keepalive: tcpKeepalive, tls, proxyHeader, socketKey }
}

function begin(options: TcpSocketConnectOpts | IpcSocketConnectOpts, settings: DialSettings): Socket {
  const { tls, proxyHeader } = settings
  if (tls === undefined) {
    const socket = connectPlainly(options, settings)
    if (proxyHeader !== undefined) socket.write(proxyHeader)
    return socket
  }
  if (tls.isAwaited) return unready()
  if (!isWrapped(settings)) {
    return cutOffBrokenTls(tlsLibrary().connect({ ...options, ...tlsOptions(tls) }))
  }
  // Node passes `onread` over in such a TLS socket: its reads are lent when it is ready.
  const { onread: _lent, ...plainOptions } = options as TcpSocketConnectOpts & { onread?: unknown } // one of the two has it
  const plain = connectPlainly(plainOptions, settings)
  // The header goes first because it is written before TLS knows of the socket.
  if (proxyHeader !== undefined) plain.write(proxyHeader)
  return cutOffBrokenTls(tlsLibrary().connect({ ...plainOptions, ...tlsOptions(tls), socket: plain }))
}

/** TLS is put over a connection that began without it. */
function isWrapped({ proxyHeader, socketOptions }: DialSettings): boolean {
  return proxyHeader !== undefined || socketOptions.length > 0
}

function connectPlainly(options: TcpSocketConnectOpts | IpcSocketConnectOpts, { socketOptions }: DialSettings): Socket {
  return socketOptions.length === 0 || 'path' in options ? connect(options) : connectToldSocket(options, socketOptions)
}

/** Its certificate or its peer's roots have not come: Envoy's words for it. */
function unready(): Socket {
  return new Socket().destroy(new Error('TLS error: Secret is not supplied by SDS'))
}

/** Made once for each configuration, and anew with each new certificate; connections that are open keep theirs. */
const contexts = new WeakMap<TlsClientConfig, SecureContext>()

function contextOf(config: TlsClientConfig): SecureContext {
  const known = contexts.get(config.basis ?? config)
  if (known !== undefined) return known
  const made = tlsLibrary().createSecureContext(contextOptions(config, config.keyPairs))
  contexts.set(config.basis ?? config, made)
  return made
}

type Issued = PeerCertificate & { issuerCertificate?: PeerCertificate }

function tlsOptions(config: TlsClientConfig) {
  const { serverName, alpnProtocols } = config
  const toldName = config.verifiesServerName ? serverName : undefined
  const verifiedName = config.verifiedName ?? toldName
  // The name that is told stands in for those of the configuration.
  const peerNames = toldName === undefined ? config.peerNames : []
  const chainMax = chainLengthMax(config)
  return {
    secureContext: contextOf(config),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(alpnProtocols.length === 0 ? {} : { ALPNProtocols: [...alpnProtocols] }),
    // Asked for by name in the configuration, never a default.
    rejectUnauthorized: !config.acceptsAnyPeer,
    /** The names that the configuration allows; without any, the name that was asked for (RFC 9525). */
    checkServerIdentity: (host: string, certificate: PeerCertificate) => {
      if (chainLength<Issued>(certificate, chainMax) > chainMax) {
        return new Error(`the chain of its certificate is longer than ${chainMax}`)
      }
      const problem = peerProblem(new X509Certificate(certificate.raw), { ...config, peerNames })
      if (problem !== undefined) return new Error(problem)
      if (verifiedName !== undefined) return tlsLibrary().checkServerIdentity(verifiedName, certificate)
      return peerNames.length === 0 ? tlsLibrary().checkServerIdentity(serverName ?? host, certificate) : undefined
    },
  }
}
