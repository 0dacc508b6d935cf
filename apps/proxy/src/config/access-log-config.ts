import type { LogFilter } from '../format/log-filter.ts'
import type { LogFormat } from '../format/log-format.ts'
import type { GrpcTarget } from './decode-grpc-target.ts'
import type { OtlpTemplate } from './otlp-template.ts'

/** Undefined filter: every request is logged. */
export type AccessLogConfig = (FileLogConfig | ServiceLogConfig) & { readonly filter: LogFilter | undefined }

/** `file`, `stdout` or `stderr` access log with a JSON or text format of Envoy's command operators. */
export type FileLogConfig = {
  readonly kind: 'file'
  readonly path: '/dev/stdout' | '/dev/stderr' | (string & {})
  readonly format: LogFormat
}

/** Entries go to a service, some at a time. */
export type ServiceLogConfig = {
  readonly kind: 'service'
  readonly target: GrpcTarget
  readonly logName: string
  readonly flushMs: number
  /** So much waits before it is sent, or, while that cannot be, before an entry is dropped. */
  readonly bufferBytes: number
  readonly entry:
    | {
        readonly kind: 'otlp'
        readonly statPrefix: string
        readonly body: OtlpTemplate | undefined
        readonly attributes: readonly OtlpAttribute[]
        readonly resource: readonly OtlpAttribute[]
        /** The resource says who we are and which log it is. */
        readonly namesItself: boolean
      }
    /** `envoy.service.accesslog.v3`. */
    | {
        readonly kind: 'als'
        readonly requestHeaders: readonly string[]
        readonly responseHeaders: readonly string[]
        readonly responseTrailers: readonly string[]
      }
}

export type OtlpAttribute = readonly [key: string, value: OtlpTemplate]
