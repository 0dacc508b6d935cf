import type { LogFilter } from './log-filter.ts'

/** `file`, `stdout` or `stderr` access log with a JSON or text format of Envoy's command operators. */
export type AccessLogConfig = {
  readonly path: '/dev/stdout' | '/dev/stderr' | (string & {})
  readonly format: LogFormat
  /** Undefined: every line is written. */
  readonly filter: LogFilter | undefined
}

/** `omit_empty_values`: what is absent is left out, and not written as "-" or null. */
export type LogFormat =
  | { readonly kind: 'json'; readonly template: LogTemplate; readonly omitsEmpty: boolean }
  | { readonly kind: 'text'; readonly pattern: string; readonly omitsEmpty: boolean }

/** Texts with command operators, in the shape of the line. */
export type LogTemplate =
  | string
  | number
  | boolean
  | null
  | readonly LogTemplate[]
  | { readonly [name: string]: LogTemplate }
