import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { clientHeader } from './client-header.ts'
import { clientOf } from './client-of.ts'

/**
 * Writes into every request whom it comes from, over whatever stands there. A route does not see the connection, and Next.js
 * writes the address of one into `x-forwarded-for` only where the client has left that out.
 */
export function noteClients(): void {
  const trustedHops = Number(process.env.HEDDLE_TRUSTED_HOPS ?? 0)
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { readonly request: IncomingMessage } // as Node describes this channel
    const forwardedFor = request.headers['x-forwarded-for']
    request.headers[clientHeader] = clientOf(
      request.socket.remoteAddress ?? '',
      typeof forwardedFor === 'string' ? forwardedFor : undefined,
      trustedHops,
    )
  })
}
