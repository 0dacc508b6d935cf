import type { LogFilter } from '../format/log-filter.ts'
import type { LogFormat } from '../format/log-format.ts'

/** `file`, `stdout` or `stderr` access log with a JSON or text format of Envoy's command operators. */
export type AccessLogConfig = {
  readonly path: '/dev/stdout' | '/dev/stderr' | (string & {})
  readonly format: LogFormat
  /** Undefined: every line is written. */
  readonly filter: LogFilter | undefined
}
