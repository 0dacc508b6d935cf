import { isIP } from 'node:net'

/**
 * Whom a request comes from: who is connected or, behind `trustedHops` proxies that each append to `x-forwarded-for` whom they
 * heard, the entry of the outermost of them. What stands before it the client may have made up.
 */
export function clientOf(peer: string, forwardedFor: string | undefined, trustedHops: number): string {
  const entries = (forwardedFor ?? '').split(',')
  const named = trustedHops > 0 ? entries.at(-trustedHops)?.trim() : undefined
  return named !== undefined && isIP(named) > 0 ? named : peer
}
