import type { HeaderMatcher } from '../match/header-matcher.ts'
import type { OmittedHost } from './omitted-host.ts'

/** When and how often a failed try is repeated. Words as in Envoy's `retry_on`. */
export type RetryPolicy = {
  readonly on: RetryWords
  /** For `retriable-status-codes`. */
  readonly statusCodes: readonly number[]
  /** Tries after the first: at most 1 + this many are sent. */
  readonly retriesMax: number
  /** 0: a try may use the whole route timeout. */
  readonly perTryTimeoutMs: number
  readonly perTryIdleTimeoutMs: number
  /** `key`: where the runtime may say the first; empty where the policy says it itself. The last follows from it then. */
  readonly backoff: { readonly baseMs: number; readonly maxMs: number; readonly key: string }
  /** `rate_limited_retry_back_off`: answers that say when to come back; undefined does not look. */
  readonly rateLimited:
    | {
        readonly headers: readonly { readonly name: string; readonly isTimestamp: boolean }[]
        /** Longer ones are not believed. */
        readonly maxMs: number
      }
    | undefined
  /** For `retriable-headers`: any of them on the response. */
  readonly responseHeaders: readonly HeaderMatcher[]
  /** When not empty, only requests that any of them matches are retried. */
  readonly requestHeaders: readonly HeaderMatcher[]
  /** `envoy.retry_host_predicates.previous_hosts`: a retry avoids endpoints that were tried. */
  readonly avoidPreviousHosts: boolean
  /** It avoids these too. */
  readonly omittedHosts: readonly OmittedHost[]
  /** `previous_priorities`: after each so many tries those priorities that were tried are left out; 0 leaves none out. */
  readonly prioritiesPerTries: number
  /** How often another endpoint is drawn for that before giving in. */
  readonly hostSelectionsMax: number
}

/** One flag per word: reading a property costs less than searching a list. */
export type RetryWords = {
  readonly serverError: boolean
  readonly gatewayError: boolean
  readonly reset: boolean
  readonly resetBeforeRequest: boolean
  readonly connectFailure: boolean
  readonly refusedStream: boolean
  readonly envoyRateLimited: boolean
  readonly retriable4xx: boolean
  readonly retriableStatusCodes: boolean
  readonly retriableHeaders: boolean
  readonly http3PostConnectFailure: boolean
  readonly grpcCancelled: boolean
  readonly grpcDeadlineExceeded: boolean
  readonly grpcInternal: boolean
  readonly grpcResourceExhausted: boolean
  readonly grpcUnavailable: boolean
  /** Any of the gRPC words: without one no status is read. */
  readonly anyGrpc: boolean
}
