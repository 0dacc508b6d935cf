import { PrismaPg } from '@prisma/adapter-pg'
import { Client } from 'pg'
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts'

/** A transaction; every function of `store/` takes one or the whole client. */
export type Tx = Prisma.TransactionClient

export type Store = AsyncDisposable & {
  readonly db: PrismaClient
  /** Runs in one transaction; throws `StoreUnavailable` when the database cannot be reached in time. */
  transaction<Result>(run: (tx: Tx) => Promise<Result>): Promise<Result>
  /** Calls back after every commit of a revision, a change or the catalog, on any replica, and now and then besides. */
  onCommit(listener: () => void): void
}

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly code = 'store_unavailable'

  constructor(cause: unknown) {
    super('the database cannot be reached', { cause })
  }
}

export const channel = 'heddle'
const waitMs = 1500
/** A database that hangs is away as much as one that is gone: callers get their answer within two seconds. */
const statementMs = 1800
/** Notifications get lost while the connection is away: looked at anyway. */
const pollMs = 2000

export async function openStore(url: string): Promise<Store> {
  const db = new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      max: 20,
      connectionTimeoutMillis: waitMs,
      query_timeout: statementMs,
    }),
  })
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const listening = listen(url, tell)
  const poll = setInterval(tell, pollMs)
  return {
    db,
    async transaction(run) {
      try {
        return await db.$transaction(run, { maxWait: waitMs, timeout: 8000 })
      } catch (error) {
        throw isUnreachable(error) ? new StoreUnavailable(error) : error
      }
    },
    onCommit: (listener) => void listeners.add(listener),
    async [Symbol.asyncDispose]() {
      clearInterval(poll)
      await listening.stop()
      await db.$disconnect()
    },
  }
}

/** True for failures of the connection, not of the statement. */
export function isUnreachable(error: unknown): boolean {
  const text = `${(error as { code?: unknown }).code ?? ''} ${error instanceof Error ? error.message : error}`
  return /P1001|P1002|P1008|P1017|P2024|P2028|ECONNREFUSED|ECONNRESET|timeout|terminat|closed the connection|57P0/i.test(
    text,
  )
}

/** A connection of its own for notifications; opened again when it breaks. */
function listen(url: string, tell: () => void): { stop(): Promise<void> } {
  let client: Client | undefined
  let isStopped = false
  const open = async () => {
    const next = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: waitMs })
    next.on('error', () => undefined) // 'end' follows
    next.on('end', () => {
      if (!isStopped) setTimeout(() => void open(), 1000)
    })
    next.on('notification', tell)
    try {
      await next.connect()
      await next.query(`LISTEN ${channel}`)
      client = next
      tell()
    } catch {
      await next.end().catch(() => undefined)
    }
  }
  void open()
  return {
    async stop() {
      isStopped = true
      await client?.end().catch(() => undefined)
    },
  }
}
