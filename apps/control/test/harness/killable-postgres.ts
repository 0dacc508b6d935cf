import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts'
import type { TestDatabase } from './test-database.ts'

/** A PostgreSQL of our own, whose processes can be killed outright and which comes back on the same port. */
export type KillablePostgres = TestDatabase & {
  kill(): Promise<void>
  start(): Promise<void>
}

export async function startKillablePostgres(): Promise<KillablePostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-durable-'))
  // The server's account must be able to walk into it.
  chmodSync(folder, 0o755)
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ folder })
  const { url } = postgres
  return {
    url,
    folder,
    async kill() {
      process.kill(postgres.pid, 'SIGKILL')
      // The next start waits for its orphans, but not for us to take note of its end.
      await eventually(() => !existsSync(`/proc/${postgres.pid}`))
    },
    async start() {
      postgres = await startEmbeddedPostgres({ folder, port: Number(new URL(url).port) })
    },
    async [Symbol.asyncDispose]() {
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
