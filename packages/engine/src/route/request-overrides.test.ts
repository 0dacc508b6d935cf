import { expect, test } from 'vitest'
import { rateLimitedBackoffMs } from '../retry/decide-retry.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import type { ForwardAction } from './forward-action.ts'
import { overrideAction } from './request-overrides.ts'

const plain = { timeoutMs: 15_000, retry: undefined, perTryTimeoutMs: 0 } as ForwardAction // what is looked at

test('a request may ask for retries where its route has none; words that nobody knows do nothing', () => {
  const { retry } = overrideAction(plain, { 'x-envoy-retry-on': '5xx, bogus', 'x-envoy-max-retries': '3' })

  expect(retry).toMatchObject({ retriesMax: 3, on: { serverError: true, reset: false } })
})

test('what a request asks for is added to what its route says', () => {
  const route = overrideAction(plain, { 'x-envoy-retry-on': 'reset' })

  const { retry } = overrideAction(route, {
    'x-envoy-retry-grpc-on': 'unavailable',
    'x-envoy-retriable-status-codes': '418, 429,x',
    'x-envoy-retriable-header-names': 'X-Again',
  })

  expect(retry).toMatchObject({ on: { reset: true, grpcUnavailable: true, anyGrpc: true }, statusCodes: [418, 429] })
  expect(retry?.responseHeaders.map(({ name }) => name)).toEqual(['x-again'])
})

test('more retries without a word are none', () => {
  expect(overrideAction(plain, { 'x-envoy-max-retries': '5' }).retry).toBeUndefined()
})

test('a time per try that is not shorter than the whole is none', () => {
  const asked = (whole: string, perTry: string) => {
    const { timeoutMs, perTryTimeoutMs } = overrideAction(plain, {
      'x-envoy-upstream-rq-timeout-ms': whole,
      'x-envoy-upstream-rq-per-try-timeout-ms': perTry,
    })
    return [timeoutMs, perTryTimeoutMs]
  }

  expect([asked('2000', '500'), asked('500', '500'), asked('0', '500'), asked('-1', 'x')]).toEqual([
    [2000, 500],
    [500, 0],
    [0, 500],
    [15_000, 0],
  ])
})

test.each([
  ['seconds', { 'retry-after': '2' }, 2000],
  ['a time', { 'x-ratelimit-reset': '1003' }, 3000],
  ['a time that is over', { 'x-ratelimit-reset': '900' }, undefined],
  ['longer than is believed', { 'retry-after': '400' }, undefined],
  ['no number', { 'retry-after': 'Fri, 31 Dec' }, undefined],
  ['nothing', {}, undefined],
])('an answer that says %s', (_what, headers: Record<string, string>, expected) => {
  const policy = {
    rateLimited: {
      headers: [
        { name: 'retry-after', isTimestamp: false },
        { name: 'x-ratelimit-reset', isTimestamp: true },
      ],
      maxMs: 300_000,
    },
  } as unknown as RetryPolicy // what is looked at

  expect(rateLimitedBackoffMs(policy, { get: (name) => headers[name] }, 1_000_000, () => 0)).toBe(expected)
})

test.each([
  ['true', false, true],
  ['false', true, false],
  ['yes', true, true],
])('a request that says %s of hedging, on a route that says %s, gets %s', (asked, configured, expected) => {
  const action = { ...plain, hedgesOnTryTimeout: configured }

  expect(overrideAction(action, { 'x-envoy-hedge-on-per-try-timeout': asked }).hedgesOnTryTimeout).toBe(expected)
})
