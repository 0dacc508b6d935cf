import { createHash } from 'node:crypto'

/** How the secret of a session or token is kept: who reads the table, or hears of its end, cannot sign in with it. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
