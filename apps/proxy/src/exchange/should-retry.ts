import { matchesResponseHeader } from '@heddle/engine/match/header-matcher'
import type { HeadersView } from '@heddle/engine/request/headers-view'
import type { RetryPolicy } from '@heddle/engine/retry/retry-policy'
import type { UpstreamFailure } from './upstream-port.ts'

/** How one try ended, as far as a retry cares. */
export type TryEnd =
  | {
      readonly kind: 'failure'
      readonly failure: UpstreamFailure | 'per-try-timeout'
      readonly wasRequestSent: boolean
    }
  | { readonly kind: 'response'; readonly status: number; readonly headers: HeadersView }

/** Whether a policy's words cover how the try ended. Budgets and counts are asked elsewhere. */
export function shouldRetry({ on, statusCodes, responseHeaders }: RetryPolicy, end: TryEnd): boolean {
  if (end.kind === 'failure') {
    switch (end.failure) {
      case 'connect-failure':
      case 'connect-timeout':
        return (
          on.connectFailure ||
          on.serverError ||
          on.gatewayError ||
          on.reset ||
          on.resetBeforeRequest ||
          on.grpcUnavailable
        )
      case 'reset-before-response':
        return on.reset || on.serverError || (on.resetBeforeRequest && !end.wasRequestSent)
      case 'per-try-timeout':
        return on.serverError || on.gatewayError || on.reset
      case 'protocol-error':
        return on.serverError || on.reset
      // What is full or empty does not get better by asking again, and the head of a response cannot be taken back.
      case 'overflow':
      case 'no-healthy-endpoint':
      case 'reset-in-response':
        return false
    }
  }
  const { status, headers } = end
  if (on.serverError && status >= 500) return true
  if (on.gatewayError && (status === 502 || status === 503 || status === 504)) return true
  if (on.retriable4xx && status === 409) return true
  if (on.retriableStatusCodes && statusCodes.includes(status)) return true
  if (on.envoyRateLimited && headers.header('x-envoy-ratelimited') !== undefined) return true
  if (on.retriableHeaders && responseHeaders.some((matcher) => matchesResponseHeader(matcher, headers))) return true
  return isGrpcRetry(on, headers.header('grpc-status'))
}

function isGrpcRetry(on: RetryPolicy['on'], status: string | undefined): boolean {
  switch (status) {
    case '1':
      return on.grpcCancelled
    case '4':
      return on.grpcDeadlineExceeded
    case '8':
      return on.grpcResourceExhausted
    case '13':
      return on.grpcInternal
    case '14':
      return on.grpcUnavailable
    default:
      return false
  }
}

/** Full jitter: anywhere between now and the exponential bound (base × 2^(n−1), capped). */
export function backoffMs({ backoff }: RetryPolicy, retry: number, random: () => number): number {
  return random() * Math.min(backoff.maxMs, backoff.baseMs * 2 ** (retry - 1))
}
