// `node tools/migrate.ts write <name>`: writes a migration with the SQL from the migrations so far to prisma/schema.prisma.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../apps/control/src/store/embedded-postgres.ts'
import { missingMigration } from '../apps/control/src/store/migrate.ts'

const [verb, name] = process.argv.slice(2)
if (verb !== 'write' || !name || !/^[a-z0-9_]+$/.test(name)) {
  console.error('node tools/migrate.ts write <name>, the name in lower case with underscores')
  process.exit(2)
}
const folder = mkdtempSync(path.join(tmpdir(), 'heddle-migrate-'))
// The server's account must be able to walk into it.
chmodSync(folder, 0o755)
const postgres = await startEmbeddedPostgres({ folder })
try {
  const sql = await missingMigration(postgres.url)
  if (sql === '') console.log('the migrations say what the schema says')
  else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
    const target = path.resolve(import.meta.dirname, '../prisma/migrations', `${stamp}_${name}`)
    mkdirSync(target, { recursive: true })
    writeFileSync(path.join(target, 'migration.sql'), sql)
    console.log(path.join(target, 'migration.sql'))
  }
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
