import { type HeaderMatcher, matchesHeader, matchesResponseHeader } from '../match/header-matcher.ts'
import type { HeadersView } from '../request/headers-view.ts'
import type { Random } from '../request/random.ts'
import type { RequestView } from '../request/request-view.ts'
import { countIn, isAmongPercent, type RuntimeValues } from '../runtime/runtime-values.ts'
import type { RetryPolicy, RetryWords } from './retry-policy.ts'
import type { TryFailure } from './try-failure.ts'

/**
 * Whether requests like this one are retried at all: `retriable_request_headers` narrows a policy. Asked before the
 * words below; counts and budgets are asked elsewhere.
 */
export function retriesRequest({ requestHeaders }: RetryPolicy, request: RequestView): boolean {
  if (requestHeaders.length === 0) return true
  for (let index = 0; index < requestHeaders.length; index++) {
    if (matchesHeader(requestHeaders[index] as HeaderMatcher, request)) return true // in range
  }
  return false
}

/** Whether the policy's words cover a failure (Envoy's `wouldRetryFromReset`). */
export function retriesFailure({ on }: RetryPolicy, failure: TryFailure, wasRequestSent: boolean): boolean {
  switch (failure) {
    case 'connect-failure':
    case 'connect-timeout':
      return on.connectFailure || on.resetBeforeRequest || coversReset(on)
    case 'refused-stream':
    case 'unprocessed':
      return on.refusedStream || coversReset(on)
    case 'reset-before-response':
    case 'remote-reset':
    case 'remote-connect-error':
      return (on.resetBeforeRequest && !wasRequestSent) || coversReset(on)
    case 'per-try-timeout':
    case 'protocol-error':
      return coversReset(on)
    // What is full, empty or cannot be said does not get better by asking again, and the head of a response cannot be taken back.
    case 'overflow':
    case 'no-healthy-endpoint':
    case 'unsendable':
    case 'reset-in-response':
    case 'body-cut-short':
      return false
  }
}

/** "5xx" and "gateway-error" include having had no answer at all. */
function coversReset(on: RetryWords): boolean {
  return on.reset || on.serverError || on.gatewayError
}

/** Whether the policy's words cover a response (Envoy's `wouldRetryFromHeaders`). */
export function retriesResponse(policy: RetryPolicy, status: number, headers: HeadersView): boolean {
  const { envoyRateLimited } = policy.on
  const isCovered = coversResponse(policy, status, headers)
  if (!isCovered && !envoyRateLimited) return false
  // Whoever limits the rate does not want to be asked again, whatever the other words say.
  return headers.get('x-envoy-ratelimited') === undefined ? isCovered : envoyRateLimited
}

function coversResponse(policy: RetryPolicy, status: number, headers: HeadersView): boolean {
  const { on } = policy
  if (on.serverError && status >= 500 && status <= 599) return true
  if (on.gatewayError && status >= 502 && status <= 504) return true
  if (on.retriable4xx && status === 409) return true
  if (on.retriableStatusCodes && policy.statusCodes.includes(status)) return true
  if (on.retriableHeaders && hasRetriableHeader(policy.responseHeaders, headers)) return true
  return on.anyGrpc && retriesGrpcStatus(on, headers.get('grpc-status'))
}

function hasRetriableHeader(matchers: readonly HeaderMatcher[], headers: HeadersView): boolean {
  for (let index = 0; index < matchers.length; index++) {
    if (matchesResponseHeader(matchers[index] as HeaderMatcher, headers)) return true // in range
  }
  return false
}

/** Only a status in the head counts: one in the trailers comes when the response is under way. */
function retriesGrpcStatus(on: RetryWords, status: string | undefined): boolean {
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

/** Full jitter: anywhere between now and the exponential bound (base × 2^(n−1), capped). `retry` counts from 1. */
export function backoffMs({ backoff }: RetryPolicy, retry: number, random: Random, values: RuntimeValues): number {
  const baseMs = Math.max(1, countIn(values, backoff.key, backoff.baseMs))
  const maxMs = backoff.key === '' ? backoff.maxMs : baseMs * 10
  return random() * Math.min(maxMs, baseMs * 2 ** (retry - 1))
}

/**
 * How long an answer asks to wait, in milliseconds, up to half as long again, so that those who were refused together do
 * not come back together. Undefined when it says nothing that can be used.
 */
export function rateLimitedBackoffMs(
  { rateLimited }: RetryPolicy,
  headers: HeadersView,
  epochMs: number,
  random: Random,
): number | undefined {
  if (rateLimited === undefined) return undefined
  for (const { name, isTimestamp } of rateLimited.headers) {
    const value = headers.get(name)
    if (value === undefined || !/^\d{1,12}$/.test(value)) continue
    const waitMs = isTimestamp ? Number(value) * 1000 - epochMs : Number(value) * 1000
    if (waitMs > 0 && waitMs <= rateLimited.maxMs) return waitMs * (1 + random() / 2)
  }
  return undefined
}

/** `upstream.use_retry` ends retries everywhere, or lets a percentage of them go on. */
export function mayRetry(values: RuntimeValues, random: Random): boolean {
  return isAmongPercent(values, 'upstream.use_retry', random)
}
