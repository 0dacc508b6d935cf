import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type RetryPolicy as RetryPolicyMessage,
  RetryPolicySchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { durationMs } from '../duration-ms.ts'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import type { RetryPolicy, RetryWords } from './retry-policy.ts'

/** Envoy's words for `retry_on`, each with the flag it sets. */
const words: Readonly<Record<string, Exclude<keyof RetryWords, 'anyGrpc'>>> = {
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

const supported = new Set([
  'retry_on',
  'num_retries',
  'per_try_timeout',
  'per_try_idle_timeout',
  'retry_host_predicate',
  'host_selection_retry_max_attempts',
  'retriable_status_codes',
  'retry_back_off',
  'retriable_headers',
  'retriable_request_headers',
])

const previousHosts = 'envoy.retry_host_predicates.previous_hosts'

export function compileRetryPolicy(message: RetryPolicyMessage, path: string): RetryPolicy {
  refuseUnsupported(RetryPolicySchema, message, supported, path)
  const baseMs = durationMs(message.retryBackOff?.baseInterval) ?? 25
  const maxMs = durationMs(message.retryBackOff?.maxInterval) ?? baseMs * 10
  if (maxMs < baseMs) throw new ResourceRejected(`${path}.retry_back_off.max_interval`, 'is less than base_interval')
  return {
    on: compileWords(message.retryOn, `${path}.retry_on`),
    statusCodes: message.retriableStatusCodes,
    // Unset is one retry (Envoy).
    retriesMax: message.numRetries ?? 1,
    perTryTimeoutMs: durationMs(message.perTryTimeout) ?? 0,
    perTryIdleTimeoutMs: durationMs(message.perTryIdleTimeout) ?? 0,
    backoff: { baseMs, maxMs },
    responseHeaders: message.retriableHeaders.map((header, index) =>
      compileHeaderMatcher(header, `${path}.retriable_headers[${index}]`),
    ),
    requestHeaders: message.retriableRequestHeaders.map((header, index) =>
      compileHeaderMatcher(header, `${path}.retriable_request_headers[${index}]`),
    ),
    avoidPreviousHosts: compilePredicates(message.retryHostPredicate, `${path}.retry_host_predicate`),
    hostSelectionsMax: Number(message.hostSelectionRetryMaxAttempts),
  }
}

function compilePredicates(predicates: RetryPolicyMessage['retryHostPredicate'], path: string): boolean {
  for (const [index, { name }] of predicates.entries()) {
    if (name !== previousHosts) throw new ResourceRejected(`${path}[${index}].name`, `${name} is not supported yet`)
  }
  return predicates.length > 0
}

function compileWords(text: string, path: string): RetryWords {
  const flags: (keyof RetryWords)[] = [...Object.values(words), 'anyGrpc']
  const on = Object.fromEntries(flags.map((flag) => [flag, false])) as Record<keyof RetryWords, boolean> // all of them
  for (const written of text.split(',')) {
    const word = written.trim()
    if (word === '') continue
    const flag = words[word]
    if (flag === undefined) throw new ResourceRejected(path, `unknown word "${word}"`)
    on[flag] = true
    if (flag.startsWith('grpc')) on.anyGrpc = true
  }
  return on
}
