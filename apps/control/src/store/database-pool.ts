import { Client, type ClientConfig, Pool } from 'pg'
import { cutOff, streamOf } from './cut-off.ts'

export type DatabasePool = {
  readonly pool: Pool
  /** When the database last said anything on any of them, by `performance.now()`. */
  heardAt(): number
  /** Ends every connection now, also those that are being made: whoever waits for one gets an error. */
  cutAll(): void
}

export const connectionsMax = 20

/** Longer than any statement of ours takes. */
const statementMs = 1800

/**
 * What the server does by itself, for a replica that is stopped says nothing: a transaction that stands still is ended, with
 * its locks, or nobody else could write; a statement whose asker has given up is too. Longer than any transaction may take.
 */
const standingMs = 9000
/**
 * Longer than any asker waits. A stopped replica has transactions that wait for the lock of the first: without this, the
 * next of them would get it when the first is ended, and stand still with it as long again.
 */
const lockMs = 2000

/** Connections for queries. While the database is away none is made: waiting for one would only take time. */
export function databasePool(url: string, options: { isAway(): boolean; waitMs: number }): DatabasePool {
  const connections = new Set<Client>()
  let heardAt = performance.now()
  class PooledClient extends Client {
    constructor(config?: ClientConfig) {
      super(config)
      connections.add(this)
      this.once('end', () => connections.delete(this))
      streamOf(this)?.on('data', () => {
        heardAt = performance.now()
      })
    }

    override connect(): Promise<Client>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<Client> | undefined {
      if (options.isAway()) {
        connections.delete(this)
        const error = new Error('connection terminated: the database is away')
        if (callback === undefined) return Promise.reject(error)
        process.nextTick(callback, error)
        return undefined
      }
      if (callback === undefined) return super.connect()
      super.connect(callback)
      return undefined
    }
  }
  const pool = new Pool({
    connectionString: url,
    Client: PooledClient,
    max: connectionsMax,
    connectionTimeoutMillis: options.waitMs,
    query_timeout: statementMs,
    statement_timeout: standingMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: standingMs,
    keepAlive: true,
  })
  pool.on('error', () => undefined) // the connection is removed; whoever needs one gets another
  return {
    pool,
    heardAt: () => heardAt,
    cutAll() {
      for (const client of connections) cutOff(client)
      connections.clear()
    },
  }
}
