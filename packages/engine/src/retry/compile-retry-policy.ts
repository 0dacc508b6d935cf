import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  RetryPolicy_ResetHeaderFormat,
  type RetryPolicy as RetryPolicyMessage,
  RetryPolicySchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { durationMs } from '../duration-ms.ts'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { compileHostPredicates, compileRetryPriority } from './compile-host-predicates.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { noWords, withWords } from './retry-words.ts'

const supported = new Set([
  'retry_on',
  'num_retries',
  'per_try_timeout',
  'per_try_idle_timeout',
  'retry_host_predicate',
  'retry_priority',
  'host_selection_retry_max_attempts',
  'retriable_status_codes',
  'retry_back_off',
  'rate_limited_retry_back_off',
  'retriable_headers',
  'retriable_request_headers',
])

export function compileRetryPolicy(message: RetryPolicyMessage, path: string): RetryPolicy {
  refuseUnsupported(RetryPolicySchema, message, supported, path)
  const baseMs = durationMs(message.retryBackOff?.baseInterval) ?? 25
  const maxMs = durationMs(message.retryBackOff?.maxInterval) ?? baseMs * 10
  if (baseMs <= 0) throw new ResourceRejected(`${path}.retry_back_off.base_interval`, 'must be more than 0')
  if (maxMs < baseMs) throw new ResourceRejected(`${path}.retry_back_off.max_interval`, 'is less than base_interval')
  return {
    on: withWords(noWords, message.retryOn, (word) => {
      throw new ResourceRejected(`${path}.retry_on`, `unknown word "${word}"`)
    }),
    statusCodes: message.retriableStatusCodes,
    // Unset is one retry (Envoy).
    retriesMax: message.numRetries ?? 1,
    perTryTimeoutMs: durationMs(message.perTryTimeout) ?? 0,
    perTryIdleTimeoutMs: durationMs(message.perTryIdleTimeout) ?? 0,
    backoff: { baseMs, maxMs, key: message.retryBackOff === undefined ? 'upstream.base_retry_backoff_ms' : '' },
    rateLimited: compileRateLimited(message.rateLimitedRetryBackOff, `${path}.rate_limited_retry_back_off`),
    responseHeaders: message.retriableHeaders.map((header, index) =>
      compileHeaderMatcher(header, `${path}.retriable_headers[${index}]`),
    ),
    requestHeaders: message.retriableRequestHeaders.map((header, index) =>
      compileHeaderMatcher(header, `${path}.retriable_request_headers[${index}]`),
    ),
    ...compileHostPredicates(message.retryHostPredicate, `${path}.retry_host_predicate`),
    prioritiesPerTries: compileRetryPriority(message.retryPriority, `${path}.retry_priority`),
    // Unset is one (Envoy).
    hostSelectionsMax: Number(message.hostSelectionRetryMaxAttempts) || 1,
  }
}

function compileRateLimited(
  message: RetryPolicyMessage['rateLimitedRetryBackOff'],
  path: string,
): RetryPolicy['rateLimited'] {
  if (message === undefined) return undefined
  if (message.resetHeaders.length === 0) throw new ResourceRejected(`${path}.reset_headers`, 'must not be empty')
  return {
    headers: message.resetHeaders.map(({ name, format }, index) => {
      if (name === '') throw new ResourceRejected(`${path}.reset_headers[${index}].name`, 'must not be empty')
      return { name: name.toLowerCase(), isTimestamp: format === RetryPolicy_ResetHeaderFormat.UNIX_TIMESTAMP }
    }),
    maxMs: durationMs(message.maxInterval) ?? 300_000,
  }
}
