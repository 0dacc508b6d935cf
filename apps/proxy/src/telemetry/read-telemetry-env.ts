import { recordedHeaders } from './request-recorder.ts'

/** Where and how much the proxy reports. */
export type TelemetrySettings = {
  /** "host:port" of a receiver of OTLP/gRPC. */
  readonly address: string
  readonly intervalMs: number
  readonly recordShare: number
  readonly recordHeaders: readonly string[]
}

export class TelemetryEnvInvalid extends Error {
  override readonly name = 'TelemetryEnvInvalid'
  readonly code = 'telemetry_env_invalid'
}

/**
 * `OTEL_EXPORTER_OTLP_ENDPOINT` as OpenTelemetry defines it, for gRPC; undefined without one, and then nothing is sent.
 * `HEDDLE_TELEMETRY_INTERVAL_MS`, `HEDDLE_RECORD_SAMPLE` (0 to 1) and `HEDDLE_RECORD_HEADERS` (comma-separated, added to
 * the usual ones) say how much.
 */
export function readTelemetryEnv(env: NodeJS.ProcessEnv): TelemetrySettings | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (endpoint === undefined || endpoint === '') return undefined
  return {
    address: addressOf(endpoint),
    intervalMs: number(env, 'HEDDLE_TELEMETRY_INTERVAL_MS', 1000, 100, 60_000),
    recordShare: number(env, 'HEDDLE_RECORD_SAMPLE', 0.1, 0, 1),
    recordHeaders: [...recordedHeaders, ...namesOf(env.HEDDLE_RECORD_HEADERS ?? '')],
  }
}

function addressOf(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || url.protocol !== 'http:' || url.hostname === '') {
    throw new TelemetryEnvInvalid(`OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} is no http://host:port`)
  }
  return `${url.hostname}:${url.port === '' ? 4317 : url.port}`
}

function number(env: NodeJS.ProcessEnv, name: string, preset: number, min: number, max: number): number {
  const text = env[name]
  if (text === undefined || text === '') return preset
  const value = Number(text)
  if (!(value >= min && value <= max)) throw new TelemetryEnvInvalid(`${name}=${text} is not between ${min} and ${max}`)
  return value
}

function namesOf(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => /^[a-z0-9-]{1,64}$/.test(name))
}
