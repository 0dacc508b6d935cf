import { parseArgs } from 'node:util'

export type ProxyArguments = {
  readonly configPath: string | undefined
  readonly mode: string
  readonly stateDir: string | undefined
  readonly drainMs: number
  /** Processes that carry traffic. */
  readonly concurrency: number
  /** A process above them lets generations follow one another without losing a connection. */
  readonly isSupervised: boolean
  readonly asks: 'help' | 'version' | undefined
}

export const help = `heddle-proxy -c bootstrap.yaml

  -c, --config-path FILE   an Envoy bootstrap file, YAML or JSON
      --mode serve|validate  validate reads the file, says what is wrong with it, and ends
      --state-dir FOLDER   where the last good configuration is kept
      --drain-time-s N     how long requests under way may take after SIGTERM (45)
      --concurrency N      so many processes carry the traffic (1)
      --hot-restart        SIGHUP starts the program anew, with the bootstrap file as it is then, and loses no connection
      --version
      --help

  OTEL_EXPORTER_OTLP_ENDPOINT   where metrics, request records and spans go (OTLP/gRPC, http://host:port); none: nowhere
  HEDDLE_TELEMETRY_INTERVAL_MS  how often (1000)
  HEDDLE_RECORD_SAMPLE          share of ordinary requests that are recorded, 0 to 1 (0.1)
  HEDDLE_RECORD_HEADERS         headers that are recorded besides the usual ones, comma-separated
`

export class ArgumentInvalid extends Error {
  override readonly name = 'ArgumentInvalid'
  readonly code = 'ERR_PARSE_ARGS_VALUE'
}

const concurrencyMax = 64

/** Throws with a `code` that begins with ERR_PARSE_ARGS for what cannot be understood. */
export function readOptions(args: readonly string[]): ProxyArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'config-path': { type: 'string', short: 'c' },
      mode: { type: 'string', default: 'serve' },
      'state-dir': { type: 'string' },
      'drain-time-s': { type: 'string', default: '45' },
      concurrency: { type: 'string', default: '1' },
      'hot-restart': { type: 'boolean', default: false },
      version: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const concurrency = whole('--concurrency', values.concurrency, 1, concurrencyMax)
  return {
    configPath: values['config-path'],
    mode: values.mode,
    stateDir: values['state-dir'],
    drainMs: whole('--drain-time-s', values['drain-time-s'], 0, 86_400) * 1000,
    concurrency,
    isSupervised: values['hot-restart'] || concurrency > 1,
    asks: values.help ? 'help' : values.version ? 'version' : undefined,
  }
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw new ArgumentInvalid(`${name} is "${text}"; a whole number from ${min} to ${max} is meant`)
  }
  return value
}
