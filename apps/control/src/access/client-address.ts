import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { digest } from './digest.ts'

/**
 * Whose try to sign in it is. Everybody who comes through the console comes from its address, so it says whom it speaks for; it is
 * believed for the key that it was given, and nobody is for the place that they connect from: others may share that place.
 */
export function clientAddress(consoleKey: string | undefined, headers: IncomingHttpHeaders, peer: string): string {
  const { 'x-heddle-console-key': key, 'x-heddle-client': client } = headers
  if (consoleKey === undefined || typeof key !== 'string' || typeof client !== 'string') return peer
  // Their digests are of one length, and tell nothing by the time that it takes to compare them.
  const isConsole = timingSafeEqual(Buffer.from(digest(key)), Buffer.from(digest(consoleKey)))
  return isConsole && isIP(client) > 0 ? client : peer
}
