import { parseArgs } from 'node:util'
import { BootstrapInvalid } from './bootstrap/bootstrap-invalid.ts'
import { readBootstrap } from './bootstrap/read-bootstrap.ts'
import { lifecycleLog } from './lifecycle-log.ts'
import { type RunningProxy, startProxy } from './start-proxy.ts'
import { readTelemetryEnv } from './telemetry/read-telemetry-env.ts'
import { ListenFailed } from './traffic/start-traffic.ts'
import { version } from './version.ts'

const help = `heddle-proxy -c bootstrap.yaml

  -c, --config-path FILE   an Envoy bootstrap file, YAML or JSON
      --mode serve|validate  validate reads the file, says what is wrong with it, and ends
      --state-dir FOLDER   where the last good configuration is kept
      --drain-time-s N     how long requests under way may take after SIGTERM (45)
      --version
      --help

  OTEL_EXPORTER_OTLP_ENDPOINT   where metrics, request records and spans go (OTLP/gRPC, http://host:port); none: nowhere
  HEDDLE_TELEMETRY_INTERVAL_MS  how often (1000)
  HEDDLE_RECORD_SAMPLE          share of ordinary requests that are recorded, 0 to 1 (0.1)
  HEDDLE_RECORD_HEADERS         headers that are recorded besides the usual ones, comma-separated
`

/** A wrong call or file ends with one line and 2, a port that is taken with one line and 1. */
function fail(error: unknown): never {
  const isPlain =
    error instanceof BootstrapInvalid ||
    error instanceof ListenFailed ||
    (error instanceof Error && 'code' in error && typeof error.code === 'string')
  if (!isPlain) throw error
  process.stderr.write(`heddle-proxy: ${(error as Error).message}\n`)
  process.exit(
    error instanceof BootstrapInvalid || String((error as { code: string }).code).startsWith('ERR_PARSE') ? 2 : 1,
  )
}

try {
  await main()
} catch (error) {
  fail(error)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'config-path': { type: 'string', short: 'c' },
      mode: { type: 'string', default: 'serve' },
      'state-dir': { type: 'string' },
      'drain-time-s': { type: 'string', default: '45' },
      version: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  if (values.version) return void process.stdout.write(`heddle-proxy ${version}\n`)
  const file = values['config-path']
  if (file === undefined) {
    process.stderr.write(`heddle-proxy: name a bootstrap file with -c\n${help}`)
    process.exit(2)
  }
  const bootstrap = readBootstrap(file)
  if (values.mode === 'validate') return void process.stdout.write(`configuration '${file}' OK\n`)

  let proxy: RunningProxy | undefined
  let isStopping = false
  const stop = async (exitCode: number) => {
    if (isStopping) return
    isStopping = true
    await proxy?.stop()
    process.exit(exitCode)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0))
  // What nobody expected may have left anything half done: say it, finish what is under way, end.
  process.on('uncaughtException', (error) => {
    lifecycleLog('error', 'uncaught exception', { error: error.stack ?? String(error) })
    setTimeout(() => process.exit(1), 5000)
    void stop(1)
  })
  proxy = await startProxy({
    bootstrap,
    stateDir: values['state-dir'],
    drainMs: Number(values['drain-time-s']) * 1000,
    telemetry: readTelemetryEnv(process.env),
    onQuit: () => void stop(0),
  })
}
