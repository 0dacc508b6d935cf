import path from 'node:path'
import { readEnv } from './env.ts'
import { startControl } from './start-control.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './store/embedded-postgres.ts'
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

try {
  const settings = readEnv(process.env)
  const tracing = await startTracing(process.env)
  const postgres: EmbeddedPostgres | undefined =
    settings.DATABASE_URL === undefined
      ? await startEmbeddedPostgres({ folder: path.resolve(settings.HEDDLE_DATA, 'postgres') })
      : undefined
  const control = await startControl(settings, settings.DATABASE_URL ?? postgres?.url ?? '')
  console.log(JSON.stringify({ level: 'info', message: 'serving', http: control.httpPort, xds: control.xdsPort }))
  let isStopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return
      isStopping = true
      void control[Symbol.asyncDispose]()
        .then(() => tracing?.[Symbol.asyncDispose]())
        .then(() => postgres?.stop())
        .then(() => process.exit(0))
    })
  }
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException & { port?: number }
  console.error(code === 'EADDRINUSE' ? `a port is taken: ${message}` : `heddle-control: ${message}`)
  process.exit(1)
}
