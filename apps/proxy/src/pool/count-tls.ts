import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { countHandshake, type TlsCounts } from '../counts/tls-counts.ts'
import { notPinned } from '../identity/peer-problem.ts'
import type { DialSettings } from './open-socket.ts'

/** Counts what becomes of the handshake with an endpoint, where there is one. */
export function countTls(socket: Socket, { tls }: DialSettings, counts: TlsCounts): void {
  if (tls === undefined || tls.isAwaited) return
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.message === notPinned) counts.failPin++
    else if (chainErrors.test(error.code ?? '')) counts.failChain++
    else if (error.code?.startsWith('ERR_SSL_')) counts.connectionErrors++
    // One of our own, or the library's word for another name.
    else if (error.code === undefined || error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') counts.failNames++
  }
  socket.once('error', onError)
  socket.once('secureConnect', () => {
    socket.off('error', onError)
    countHandshake(counts, socket as TLSSocket, true)
  })
}

/** OpenSSL's reasons for which a chain is not trusted. */
const chainErrors = /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_|SELF_SIGNED_|INVALID_|HOSTNAME_|ERROR_IN_CERT|PATH_LENGTH)/
