import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client.ts'
import { Places } from '../load/places.ts'
import { channel } from './channel.ts'
import { claimInProgress } from './claim-in-progress.ts'
import { connectionsMax, databasePool } from './database-pool.ts'
import { requestEffect } from './request-effect.ts'
import { endedIn } from './tell-ended.ts'
import type { Tx } from './tx.ts'
import { watchDatabase } from './watch-database.ts'

export type Store = AsyncDisposable & {
  /** Throws `StoreUnavailable` at once while the database is known to be away. */
  readonly db: PrismaClient
  /** Runs in one transaction; throws `StoreUnavailable` when the database cannot be reached in time. */
  transaction<Result>(run: (tx: Tx) => Promise<Result>): Promise<Result>
  /** Calls back after every commit of a revision, a change or the catalog, on any replica, and now and then besides. */
  onCommit(listener: () => void): void
  /**
   * Calls back when a session or token was ended on any replica, with its digest; with undefined when some may have been
   * while this replica could not hear of it.
   */
  onEnded(listener: (digest: string | undefined) => void): void
}

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly code = 'store_unavailable'

  constructor(cause: unknown) {
    super('the database cannot be reached', { cause })
  }
}

const waitMs = 1500
/** Who got a place late still has so long for a connection. */
const connectMinMs = 200
/** Connections that are left for reading, whatever waits to write. */
const readersMin = 6
/** Notifications get lost while the connection is away: looked at anyway. */
const pollMs = 2000

export async function openStore(url: string): Promise<Store> {
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const endedListeners = new Set<(digest: string | undefined) => void>()
  const tellEnded = (digest: string | undefined) => {
    for (const listener of endedListeners) listener(digest)
  }
  const { pool, heardAt, cutAll } = databasePool(url, { isAway: () => watch.isAway(), waitMs })
  const db = new PrismaClient({ adapter: new PrismaPg(pool) })
  const watch = watchDatabase({
    url,
    channel,
    heardAt,
    onNotification: (payload) => {
      const ended = endedIn(payload)
      if (ended === undefined) tell()
      else tellEnded(ended)
    },
    onListening: () => {
      // What was told while nobody listened.
      tell()
      tellEnded(undefined)
    },
    // No connection of before is used again: queries hang in it, and so would those that came after.
    onAway: () => {
      cutAll()
      tell()
    },
    onBack: tell,
  })
  const poll = setInterval(tell, pollMs)
  // Fewer than there are connections: however many wait for one row, some connections are left for those who read, among them
  // who has committed and reads what came of it.
  const places = new Places(connectionsMax - readersMin)
  const available = () => {
    if (watch.isAway()) throw new StoreUnavailable('it does not answer')
    return db
  }
  return {
    get db() {
      return available()
    },
    async transaction(run) {
      available()
      const asked = performance.now()
      if (!(await places.take(waitMs))) throw new StoreUnavailable('too many wait for it')
      try {
        const leftMs = Math.max(connectMinMs, Math.round(waitMs - (performance.now() - asked)))
        return await available().$transaction(
          async (tx) => {
            const result = await run(tx)
            await claimInProgress.getStore()?.mark(tx)
            // Before the commit: whether one that fails was done is not known.
            const effect = requestEffect.getStore()
            if (effect) effect.mayHaveChanged = true
            return result
          },
          { maxWait: leftMs, timeout: 8000 },
        )
      } catch (error) {
        throw isUnreachable(error) && !(error instanceof StoreUnavailable) ? new StoreUnavailable(error) : error
      } finally {
        places.give()
      }
    },
    onCommit: (listener) => void listeners.add(listener),
    onEnded: (listener) => void endedListeners.add(listener),
    async [Symbol.asyncDispose]() {
      clearInterval(poll)
      await watch[Symbol.asyncDispose]()
      await db.$disconnect()
      await pool.end()
    },
  }
}

/** True for failures of the connection, not of the statement. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true
  const text = `${(error as { code?: unknown }).code ?? ''} ${error instanceof Error ? error.message : error}`
  return /P1001|P1002|P1008|P1017|P2024|P2028|ECONNREFUSED|ECONNRESET|timeout|terminat|closed the connection|57P0/i.test(
    text,
  )
}
