import path from 'node:path'
import { assertPortFree } from './assert-port-free.ts'
import { readEnv } from './env.ts'
import { startControl } from './start-control.ts'
import { checkDatabase } from './store/check-database.ts'
import { startEmbeddedPostgres } from './store/embedded-postgres.ts'
import { startTracing } from './tracing.ts'

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(`The Heddle control plane: REST API and xDS over PostgreSQL.

  DATABASE_URL                 PostgreSQL 15+; without it an embedded one runs in HEDDLE_DATA
  HEDDLE_DATA                  data folder                          .data
  HEDDLE_BIND                  address to listen on                 127.0.0.1
  HEDDLE_CONTROL_PORT          REST API                             4000
  HEDDLE_XDS_PORT              ADS                                  15010
  HEDDLE_ORIGINS               origins a browser may come from      http://localhost:3000
  HEDDLE_SEED_USERS[_FILE]     people to make on the first start, JSON
  HEDDLE_ROLLOUT_SOAK_SECONDS  default soak of a stage              60
  OTEL_EXPORTER_OTLP_ENDPOINT  where spans of its own API go, OTLP/HTTP; OTEL_* as OpenTelemetry defines them`)
  process.exit(0)
}

/** What was started, undone in reverse by a signal or a failure, at whatever point it comes. */
const started: (() => PromiseLike<unknown> | undefined)[] = []
let stopping: Promise<never> | undefined
function stop(exitCode: number): Promise<never> {
  stopping ??= (async () => {
    for (const undo of started.reverse()) await Promise.resolve(undo()).catch(() => undefined)
    return process.exit(exitCode)
  })()
  return stopping
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))

try {
  const settings = readEnv(process.env)
  await assertPortFree(settings.HEDDLE_BIND, settings.HEDDLE_CONTROL_PORT, 'HEDDLE_CONTROL_PORT')
  await assertPortFree(settings.HEDDLE_BIND, settings.HEDDLE_XDS_PORT, 'HEDDLE_XDS_PORT')
  const tracing = await startTracing(process.env)
  started.push(() => tracing?.[Symbol.asyncDispose]())
  if (settings.DATABASE_URL !== undefined) await checkDatabase(settings.DATABASE_URL)
  const control = await startControl(settings, settings.DATABASE_URL ?? (await embedded(settings.HEDDLE_DATA)))
  started.push(() => control[Symbol.asyncDispose]())
  console.log(JSON.stringify({ level: 'info', message: 'serving', http: control.httpPort, xds: control.xdsPort }))
} catch (error) {
  // A start that was broken off by a signal fails somewhere; that is not the reason.
  if (stopping === undefined) console.error(`heddle-control: ${(error as Error).message}`)
  await stop(1)
}

async function embedded(dataFolder: string): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    folder: path.resolve(dataFolder, 'postgres'),
    onSpawn: (stopIt) => void started.push(stopIt),
  })
  return postgres.url
}
