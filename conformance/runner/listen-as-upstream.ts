import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { loopback } from './loopback.ts'
import { readCertificates } from './make-certificates.ts'
import type { SeenUpstream } from './outcome.ts'
import type { Json, PeerTls } from './scenario-values.ts'

export type ListeningUpstream = AsyncDisposable & {
  /** 0 for a socket with a path. */
  readonly port: number
  /** `envoy.config.core.v3.Address`. */
  readonly address: Json
}

/** What is left to `folder`: certificates that are read, and sockets with a path. */
export type Place = { readonly tls?: PeerTls | undefined; readonly at?: 'ipv4' | 'ipv6' | 'unix' }

let sockets = 0

/** Listens where the scenario says, with TLS where it says so, and keeps the handshakes that came through. */
export async function listenAsUpstream(
  { tls, at = 'ipv4' }: Place,
  folder: string,
  seen: SeenUpstream,
  onSocket: (socket: Socket) => void,
): Promise<ListeningUpstream> {
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    socket.on('error', () => undefined)
    if (socket instanceof TLSSocket) seen.handshakes.push(handshakeOf(socket))
    onSocket(socket)
  }
  const server =
    tls === undefined ? createServer({ allowHalfOpen: true, noDelay: true }, keep) : secureServer(tls, folder, keep)
  // With TLS these are the sockets below it, those whose handshake failed among them.
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  const host = at === 'ipv6' ? '::1' : loopback
  const file = path.join(folder, `upstream-${sockets++}.sock`)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at === 'unix' ? { path: file } : { port: 0, host }, resolve)
  })
  const port = at === 'unix' ? 0 : (server.address() as AddressInfo).port // it listens on a port
  return {
    port,
    address: at === 'unix' ? { pipe: { path: file } } : { socket_address: { address: host, port_value: port } },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function secureServer(tls: PeerTls, folder: string, onSocket: (socket: Socket) => void): Server {
  const { certificate = 'server', ca, alpn, min, max } = tls
  return createTlsServer(
    {
      ...readCertificates(folder, { certificate, ca }),
      requestCert: ca !== undefined,
      ...(alpn === undefined ? {} : { ALPNProtocols: alpn }),
      ...(min === undefined ? {} : { minVersion: min }),
      ...(max === undefined ? {} : { maxVersion: max }),
      allowHalfOpen: true,
      noDelay: true,
    },
    onSocket,
  )
}

function handshakeOf(socket: TLSSocket): SeenUpstream['handshakes'][number] {
  const { servername } = socket as TLSSocket & { servername?: string | false } // it is there on the server's side
  const certificate = socket.getPeerX509Certificate()?.subjectAltName ?? ''
  return { sni: servername || '', alpn: socket.alpnProtocol || '', certificate }
}
