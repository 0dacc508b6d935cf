import type { HeaderMatcher } from '../match/header-matcher.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import { noWords, withWords } from '../retry/retry-words.ts'
import type { ForwardAction } from './forward-action.ts'

/** What a request asks for about its own retries and timeouts; each as its header has it. */
export type RequestOverrides = { -readonly [Name in OverrideHeader]?: string }

/** Envoy's request headers for it (router filter, "HTTP headers (consumed)"). They go no further. */
export const overrideHeaders = [
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-hedge-on-per-try-timeout',
] as const
export type OverrideHeader = (typeof overrideHeaders)[number]

/** The route's action with what the request asks for. Words that nobody knows do nothing, as with Envoy. */
export function overrideAction(action: ForwardAction, asked: RequestOverrides): ForwardAction {
  const timeoutMs = wholeNumber(asked['x-envoy-upstream-rq-timeout-ms']) ?? action.timeoutMs
  const retry = overrideRetry(action.retry, asked)
  const perTryTimeoutMs =
    wholeNumber(asked['x-envoy-upstream-rq-per-try-timeout-ms']) ?? retry?.perTryTimeoutMs ?? action.perTryTimeoutMs
  // One that is not shorter than all tries together would never come first.
  const isUseful = timeoutMs === 0 || perTryTimeoutMs < timeoutMs
  const hedges = asked['x-envoy-hedge-on-per-try-timeout']
  const hedgesOnTryTimeout = hedges === 'true' || (hedges !== 'false' && action.hedgesOnTryTimeout)
  return { ...action, timeoutMs, retry, hedgesOnTryTimeout, perTryTimeoutMs: isUseful ? perTryTimeoutMs : 0 }
}

function overrideRetry(policy: RetryPolicy | undefined, asked: RequestOverrides): RetryPolicy | undefined {
  const words = [asked['x-envoy-retry-on'], asked['x-envoy-retry-grpc-on']].filter((list) => list !== undefined)
  if (policy === undefined && words.length === 0) return undefined
  const base = policy ?? plainPolicy
  const codes = (asked['x-envoy-retriable-status-codes'] ?? '').split(',').map((code) => wholeNumber(code.trim()))
  const names = (asked['x-envoy-retriable-header-names'] ?? '').split(',').map((name) => name.trim().toLowerCase())
  return {
    ...base,
    on: words.reduce((on, list) => withWords(on, list, () => undefined), base.on),
    retriesMax: wholeNumber(asked['x-envoy-max-retries']) ?? base.retriesMax,
    statusCodes: [...base.statusCodes, ...codes.filter((code) => code !== undefined)],
    responseHeaders: [...base.responseHeaders, ...names.filter((name) => name !== '').map(presence)],
  }
}

/** What Envoy assumes of a route without a policy. */
const plainPolicy: RetryPolicy = {
  on: noWords,
  statusCodes: [],
  retriesMax: 1,
  perTryTimeoutMs: 0,
  perTryIdleTimeoutMs: 0,
  backoff: { baseMs: 25, maxMs: 250, key: 'upstream.base_retry_backoff_ms' },
  rateLimited: undefined,
  responseHeaders: [],
  requestHeaders: [],
  avoidPreviousHosts: false,
  omittedHosts: [],
  prioritiesPerTries: 0,
  hostSelectionsMax: 1,
}

function presence(name: string): HeaderMatcher {
  return { name, source: 'header', test: { kind: 'present', expected: true }, isInverted: false, missingIsEmpty: false }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
