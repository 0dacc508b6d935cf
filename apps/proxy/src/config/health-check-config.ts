import type { HealthPolicy } from '@heddle/engine/health/health-record'
import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'

/** `health_checks[0]` of a cluster. */
export type HealthCheckConfig = HealthPolicy & {
  readonly timeoutMs: number
  /** Spreads the first checks. */
  readonly initialJitterMs: number
  readonly probe: HealthProbe
  /** Undefined: nobody is told. */
  readonly events: HealthEventLog | undefined
  /** `transport_socket_match_criteria`: what endpoints are taken for instead of what their metadata says. */
  readonly socketCriteria: Readonly<Record<string, unknown>> | undefined
}

/** `event_logger` and `event_log_path`: changes of health as lines of JSON in files. */
export type HealthEventLog = {
  readonly paths: readonly string[]
  /** `always_log_health_check_failures`, `always_log_health_check_success`: not only changes. */
  readonly tellsFailures: boolean
  readonly tellsSuccesses: boolean
}

export type HealthProbe =
  | {
      readonly kind: 'http'
      readonly isHttp2: boolean
      readonly method: string
      /** "" for the cluster's name. */
      readonly host: string
      readonly path: string
      /** The request's body. */
      readonly send: Buffer | undefined
      readonly edits: readonly HeaderEdit[]
      readonly expected: readonly StatusRange[]
      /** Answers that count as a failure like any other, not as a refusal. */
      readonly retriable: readonly StatusRange[]
      readonly receive: readonly Buffer[]
      /** 0: the whole body. */
      readonly receiveBytesMax: number
    }
  | { readonly kind: 'tcp'; readonly send: Buffer | undefined; readonly receive: readonly Buffer[] }
  | {
      readonly kind: 'grpc'
      readonly serviceName: string
      /** "" for the cluster's name. */
      readonly authority: string
      readonly edits: readonly HeaderEdit[]
    }

/** From and below. */
export type StatusRange = { readonly from: number; readonly below: number }
