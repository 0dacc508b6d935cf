import type { RetryWords } from './retry-policy.ts'

/** Envoy's words for `retry_on`, each with the flag it sets. */
export const retryWords: Readonly<Record<string, Exclude<keyof RetryWords, 'anyGrpc'>>> = {
  '5xx': 'serverError',
  'gateway-error': 'gatewayError',
  reset: 'reset',
  'reset-before-request': 'resetBeforeRequest',
  'connect-failure': 'connectFailure',
  'refused-stream': 'refusedStream',
  'envoy-ratelimited': 'envoyRateLimited',
  'retriable-4xx': 'retriable4xx',
  'retriable-status-codes': 'retriableStatusCodes',
  'retriable-headers': 'retriableHeaders',
  'http3-post-connect-failure': 'http3PostConnectFailure',
  cancelled: 'grpcCancelled',
  'deadline-exceeded': 'grpcDeadlineExceeded',
  internal: 'grpcInternal',
  'resource-exhausted': 'grpcResourceExhausted',
  unavailable: 'grpcUnavailable',
}

/** No word at all. */
export const noWords: RetryWords = Object.freeze({
  ...(Object.fromEntries(Object.values(retryWords).map((flag) => [flag, false])) as RetryWords), // all of them
  anyGrpc: false,
})

/** Adds the words of a list to those there are; `onUnknown` says what becomes of others. */
export function withWords(before: RetryWords, list: string, onUnknown: (word: string) => void): RetryWords {
  const on: { -readonly [Word in keyof RetryWords]: boolean } = { ...before }
  for (const written of list.split(',')) {
    const word = written.trim()
    if (word === '') continue
    const flag = retryWords[word]
    if (flag === undefined) {
      onUnknown(word)
      continue
    }
    on[flag] = true
    if (flag.startsWith('grpc')) on.anyGrpc = true
  }
  return on
}
