import { Client } from 'pg'

/** The database that was named cannot be used; the message says which and why, and never the password. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable'
  readonly code = 'database_unusable'
}

const oldestVersion = 15
const waitMs = 5000

/** Connects once, so that a wrong address, password or version is one sentence at the start and not a riddle later. */
export async function checkDatabase(url: string): Promise<void> {
  const where = placeOf(url)
  const client = new Client({ connectionString: url, connectionTimeoutMillis: waitMs, query_timeout: waitMs })
  client.on('error', () => undefined) // the query fails too
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    const version = rows[0]?.server_version ?? '0'
    if (Number.parseInt(version, 10) < oldestVersion) {
      throw new DatabaseUnusable(`PostgreSQL ${version} at ${where} is too old: ${oldestVersion} or newer is needed`)
    }
  } catch (cause) {
    if (cause instanceof DatabaseUnusable) throw cause
    throw new DatabaseUnusable(`PostgreSQL at ${where} cannot be used: ${reasonOf(cause)}`, { cause })
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** "host:port/database", for people. */
function placeOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new DatabaseUnusable('DATABASE_URL is not of the form postgresql://user:password@host:port/database')
  }
  return `${url.hostname || 'localhost'}:${url.port || 5432}${url.pathname}`
}

function reasonOf(cause: unknown): string {
  // A name with several addresses fails with all of their errors.
  const error = cause instanceof AggregateError ? cause.errors[0] : cause
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is not known'
  if (code === '28P01' || code === '28000') return 'user or password is refused'
  if (code === '3D000') return 'there is no such database; make it first'
  if (/timeout/i.test(message ?? '')) return `no answer within ${waitMs / 1000} s`
  return message ?? String(error)
}
