import { BootstrapInvalid } from './bootstrap/bootstrap-invalid.ts'
import { readBootstrap } from './bootstrap/read-bootstrap.ts'
import { lifecycleLog } from './lifecycle-log.ts'
import { help, readOptions } from './read-options.ts'
import { type RunningProxy, startProxy } from './start-proxy.ts'
import { readTelemetryEnv } from './telemetry/read-telemetry-env.ts'
import { ListenFailed } from './traffic/listen-failed.ts'
import { version } from './version.ts'
import { workerLink } from './workers/worker-link.ts'

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
  const options = readOptions(process.argv.slice(2))
  if (options.asks === 'help') return void process.stdout.write(help)
  if (options.asks === 'version') return void process.stdout.write(`heddle-proxy ${version}\n`)
  const file = options.configPath
  if (file === undefined) {
    process.stderr.write(`heddle-proxy: name a bootstrap file with -c\n${help}`)
    process.exit(2)
  }
  const bootstrap = readBootstrap(file)
  if (options.mode === 'validate') return void process.stdout.write(`configuration '${file}' OK\n`)

  const link = workerLink()
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
    stateDir: options.stateDir,
    drainMs: options.drainMs,
    configPath: file,
    telemetry: readTelemetryEnv(process.env),
    link,
    onQuit: () => (link === undefined ? void stop(0) : link.quit()),
  })
}
