import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'

/** An empty database of a test file's own, and a folder for what belongs to it. */
export type TestDatabase = AsyncDisposable & {
  readonly url: string
  readonly folder: string
}

/** On the server that DATABASE_URL names, where it is set; otherwise on an embedded PostgreSQL of its own. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-control-'))
  // The server's account must be able to walk into it.
  chmodSync(folder, 0o755)
  const given = process.env.DATABASE_URL
  const making = given ? createDatabase(given) : embedded(folder)
  const database = await making.catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true })
    throw error
  })
  return {
    url: database.url,
    folder,
    async [Symbol.asyncDispose]() {
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function embedded(folder: string) {
  const postgres = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres') })
  return { url: postgres.url, drop: () => postgres.stop() }
}

async function createDatabase(serverUrl: string) {
  const name = `heddle_test_${randomBytes(6).toString('hex')}`
  await administer(serverUrl, `CREATE DATABASE ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
