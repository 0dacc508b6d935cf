import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { loopback } from './loopback.ts'
import { readCertificates } from './make-certificates.ts'
import type { SeenHandshake } from './outcome.ts'
import type { ClientSpec } from './scenario.ts'
import type { PeerTls } from './scenario-values.ts'

export type OpenedClient = {
  readonly socket: Socket
  readonly localPort: number
  /** What it has come to already: a handshake that fails is an end like another. */
  readonly fate: 'open' | 'closed' | 'reset'
  readonly handshake: SeenHandshake | undefined
}

/** Connects as a scenario's client does, and ends the handshake of TLS where there is one. */
export function openClient(
  port: number,
  { tls, path, host = loopback }: ClientSpec,
  certificates: string,
): Promise<OpenedClient> {
  return new Promise((resolve, reject) => {
    const place = path === undefined ? { port, host } : { path }
    const socket = connect({ ...place, noDelay: true, allowHalfOpen: true })
    const failed = (error: NodeJS.ErrnoException) => {
      // It was accepted and cut off before the system told us so.
      if (error.code === 'ECONNRESET') resolve({ socket, localPort: 0, fate: 'reset', handshake: undefined })
      else reject(error)
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.off('error', failed)
      const localPort = socket.localPort ?? 0
      if (tls === undefined) resolve({ socket, localPort, fate: 'open', handshake: undefined })
      else secure(beginTls(socket, tls, certificates), localPort).then(resolve, reject)
    })
  })
}

const handshakeMaxMs = 20_000

function secure(socket: TLSSocket, localPort: number): Promise<OpenedClient> {
  return new Promise((resolve) => {
    const failed = () => resolve({ socket, localPort, fate: 'closed', handshake: undefined })
    // Who is behind a tunnel may not speak TLS at all.
    const timer = setTimeout(() => socket.destroy(), handshakeMaxMs)
    socket.once('error', failed)
    socket.once('close', failed)
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      socket.off('error', failed)
      const certificate = socket.getPeerX509Certificate()?.subjectAltName ?? ''
      const handshake = { alpn: socket.alpnProtocol || '', version: socket.getProtocol() ?? '', certificate }
      resolve({ socket, localPort, fate: 'open', handshake })
    })
  })
}

/** Whom the certificate names is not checked here: it is kept, and judged by what the scenario expects. */
function beginTls(socket: Socket, tls: PeerTls, certificates: string): TLSSocket {
  const { sni = 'test', alpn, curves, ciphers, sigalgs, min, max } = tls
  return connectTls({
    socket,
    ...readCertificates(certificates, { ca: 'mesh', ...tls }),
    ...(sni === '' ? {} : { servername: sni }),
    ...(alpn === undefined ? {} : { ALPNProtocols: alpn }),
    ...(curves === undefined ? {} : { ecdhCurve: curves }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(sigalgs === undefined ? {} : { sigalgs }),
    ...(min === undefined ? {} : { minVersion: min }),
    ...(max === undefined ? {} : { maxVersion: max }),
    checkServerIdentity: () => undefined,
  })
}
