import { constants } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { PeerCertificate } from 'node:tls'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { SocketAddress } from '../config/proxy-config.ts'
import type { TlsClientConfig } from '../config/tls-config.ts'
import { peerRefusal } from '../identity/peer-refusal.ts'
import { tlsLibrary } from '../tls-library.ts'

export type DialSettings = {
  readonly bindAddress: string | undefined
  readonly keepalive: { readonly timeS: number } | undefined
  readonly tls: TlsClientConfig | undefined
}

/** The event that says that bytes can be sent: with TLS, after the peer has proved who it is. */
export function readyEvent({ tls }: DialSettings): 'connect' | 'secureConnect' {
  return tls === undefined ? 'connect' : 'secureConnect'
}

/** Opens a connection to an endpoint. With a reader, its bytes come through that. */
export function openSocket(address: SocketAddress, settings: DialSettings, reader?: SocketReader): Socket {
  const { bindAddress, keepalive, tls } = settings
  const options = {
    ...(address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }),
    ...(bindAddress === undefined || address.kind === 'unix' ? {} : { localAddress: bindAddress }),
    ...(keepalive ? { keepAlive: true, keepAliveInitialDelay: keepalive.timeS * 1000 } : {}),
    ...(reader === undefined ? {} : { onread: reader.onread }),
    noDelay: true,
    allowHalfOpen: true,
  }
  const socket = tls === undefined ? connect(options) : tlsLibrary().connect({ ...options, ...tlsOptions(tls) })
  reader?.attach(socket)
  return socket
}

function tlsOptions(config: TlsClientConfig) {
  const { keyPairs, trustedCa, serverName, alpnProtocols, cipherSuites, peerNames } = config
  return {
    cert: keyPairs.map(({ certificate }) => certificate),
    key: keyPairs.map(({ key, passphrase }) => (passphrase === undefined ? key : { pem: key, passphrase })),
    ...(trustedCa === undefined ? {} : { ca: trustedCa }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(alpnProtocols.length === 0 ? {} : { ALPNProtocols: [...alpnProtocols] }),
    ...(cipherSuites.length === 0 ? {} : { ciphers: cipherSuites.join(':') }),
    minVersion: config.versionMin,
    maxVersion: config.versionMax,
    secureOptions: constants.SSL_OP_NO_TICKET,
    // Asked for by name in the configuration, never a default.
    rejectUnauthorized: !config.acceptsAnyPeer,
    /** The names that the configuration allows; without any, the name that was asked for (RFC 9525). */
    checkServerIdentity: (host: string, certificate: PeerCertificate) => {
      if (peerNames.length === 0) return tlsLibrary().checkServerIdentity(serverName ?? host, certificate)
      const refusal = peerRefusal(certificate.subjectaltname, peerNames)
      return refusal === undefined ? undefined : new Error(refusal)
    },
  }
}
