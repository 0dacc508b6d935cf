import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { Client } from 'pg'

/**
 * Migrations through Prisma's own schema engine, compiled to WebAssembly: the same table and checksums as
 * `prisma migrate deploy`, without an engine to download. Two processes at once: one applies, the other finds them applied.
 */

const root = path.resolve(import.meta.dirname, '../../../..')
const schemaFile = path.join(root, 'prisma/schema.prisma')
const migrationsFolder = path.join(root, 'prisma/migrations')
const filters = { externalTables: [], externalEnums: [] }

/** An applied migration was edited afterwards: the database is not what the files say. */
export class MigrationEdited extends Error {
  override readonly name = 'MigrationEdited'
  readonly code = 'migration_edited'

  constructor(names: readonly string[]) {
    super(`migration ${names.join(', ')} was edited after it was applied; restore it and write a new one`)
  }
}

/** Applies what is missing; returns the names. */
export async function migrate(url: string): Promise<readonly string[]> {
  await using engine = await openEngine(url)
  const history = await engine.call<{ editedMigrationNames: string[] }>('diagnoseMigrationHistory', {
    migrationsList: migrationsList(),
    filters,
    optInToShadowDatabase: false,
  })
  if (history.editedMigrationNames.length > 0) throw new MigrationEdited(history.editedMigrationNames)
  const applied = await engine.call<{ appliedMigrationNames: string[] }>('applyMigrations', {
    migrationsList: migrationsList(),
    filters,
  })
  return applied.appliedMigrationNames
}

/** SQL from the migrations to the schema, by way of a throw-away database; '' when they say the same. */
export async function missingMigration(url: string): Promise<string> {
  await using engine = await openEngine(url)
  const result = await engine.call<{ exitCode: number; stdout: string }>('diff', {
    from: { tag: 'migrations', ...migrationsList() },
    to: { tag: 'schemaDatamodel', files: [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }] },
    script: true,
    exitCode: true,
    filters,
  })
  return result.exitCode === 0 ? '' : result.stdout
}

type Engine = AsyncDisposable & { call<Result>(method: string, params: unknown): Promise<Result> }
type Glue = {
  __wbg_set_wasm(exports: unknown): void
  readonly SchemaEngine: {
    new: (
      options: unknown,
      log: () => void,
      adapter: unknown,
    ) => Promise<Record<string, (params: unknown) => Promise<unknown>> & { free(): void }>
  }
}

async function openEngine(url: string): Promise<Engine> {
  const glue = await loadGlue()
  const factory = new MigrationAdapter(url)
  const datamodels = [[schemaFile, readFileSync(schemaFile, 'utf8')]]
  const engine = await glue.SchemaEngine.new(
    { datamodels },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  )
  return {
    async call<Result>(method: string, params: unknown): Promise<Result> {
      return (await engine[method]?.(params)) as Result // the engine's documented answer to that method
    },
    async [Symbol.asyncDispose]() {
      engine.free()
      // The engine never closes its connections, and open ones keep the process alive.
      await factory.disposeAll()
    },
  }
}

/** Node has it; its types come with a browser's, which this program is not. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object
    Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> }
  }
}

/** The glue keeps one instance in a module variable: loaded once per process. */
let glueOnce: Promise<Glue> | undefined

function loadGlue(): Promise<Glue> {
  glueOnce ??= (async () => {
    // The engine reports a panic through this global.
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
    })
    const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    const glue = (await import(pathToFileURL(file).href)) as Glue
    const wasm = new WebAssembly.Module(readFileSync(path.join(path.dirname(file), 'schema_engine_bg.wasm')))
    const { exports } = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': glue })
    glue.__wbg_set_wasm(exports)
    const start = exports.__wbindgen_start as () => void // wasm-bindgen's own entry
    start()
    return glue
  })()
  return glueOnce
}

function migrationsList() {
  const lock = path.join(migrationsFolder, 'migration_lock.toml')
  const names = existsSync(migrationsFolder)
    ? readdirSync(migrationsFolder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      )
    : []
  return {
    baseDir: migrationsFolder,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: existsSync(lock) ? readFileSync(lock, 'utf8') : null },
    migrationDirectories: names.sort().map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(migrationsFolder, name, 'migration.sql'), 'utf8') },
      },
    })),
  }
}

type Connection = Awaited<ReturnType<PrismaPg['connect']>>

/** The adapter with four things mended: a real shadow database, pg_catalog's "char", whole scripts, connections that end. */
class MigrationAdapter extends PrismaPg {
  private readonly url: string
  private readonly opened: Connection[] = []

  constructor(url: string) {
    super({ connectionString: url })
    this.url = url
  }

  async disposeAll(): Promise<void> {
    for (const connection of this.opened.splice(0)) await connection.dispose().catch(() => undefined)
  }

  override async connect(): Promise<Connection> {
    const connection = mended(await super.connect(), this.url)
    this.opened.push(connection)
    return connection
  }

  /** The adapter's own lands on the main database when it was given a connection string. */
  override async connectToShadowDb(): Promise<Connection> {
    const name = `heddle_shadow_${crypto.randomUUID()}`
    const admin = await this.connect()
    await admin.executeScript(`CREATE DATABASE "${name}"`)
    const shadowUrl = new URL(this.url)
    shadowUrl.pathname = `/${name}`
    const shadow = mended(await new PrismaPg({ connectionString: shadowUrl.href }).connect(), shadowUrl.href)
    const dispose = shadow.dispose.bind(shadow)
    shadow.dispose = async () => {
      await dispose()
      await admin.executeScript(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
    }
    return shadow
  }
}

type RawResult = { fields: { dataTypeID: number }[] }
type WithIo = { performIO(query: unknown): Promise<RawResult> }

/**
 * The adapter cuts scripts at every semicolon, also inside a function's body: a script goes to the server whole instead.
 */
function mended(connection: Connection, url: string): Connection {
  connection.executeScript = async (script) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      await client.query(script)
    } finally {
      await client.end()
    }
  }
  return withCharColumns(connection)
}

/** The adapter does not know the one-byte "char" (oid 18) of pg_catalog: such columns are reported as characters. */
function withCharColumns(connection: Connection): Connection {
  const { queryRaw } = connection
  connection.queryRaw = async (query) => {
    let isChar: boolean[] = []
    const self = Object.create(connection, {
      performIO: {
        value: async (asked: unknown) => {
          const result = await (connection as unknown as WithIo).performIO(asked) // the adapter's own method
          isChar = result.fields.map(({ dataTypeID }) => dataTypeID === 18)
          for (const field of result.fields) if (field.dataTypeID === 18) field.dataTypeID = 25
          return result
        },
      },
    }) as Connection
    const result = await queryRaw.call(self, query)
    return {
      ...result,
      columnTypes: result.columnTypes.map((type, index) => (isChar[index] ? ColumnTypeEnum.Character : type)),
    }
  }
  return connection
}
