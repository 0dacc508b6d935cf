import { channel } from './channel.ts'
import type { Tx } from './tx.ts'

const prefix = 'ended:'

/** Tells every replica, after the commit, that a session or token is over: by its digest, which opens nothing. */
export async function tellEnded(tx: Tx, digest: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${channel}, ${`${prefix}${digest}`})`
}

/** The digest that a notification names; undefined when it is about something else. */
export function endedIn(payload: string): string | undefined {
  return payload.startsWith(prefix) ? payload.slice(prefix.length) : undefined
}
