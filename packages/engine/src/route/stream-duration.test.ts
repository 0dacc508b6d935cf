import { expect, test } from 'vitest'
import { grpcTimeoutMs, grpcTimeoutText, streamDurationMs } from './stream-duration.ts'

test.each([
  ['2H', 7_200_000],
  ['1M', 60_000],
  ['5S', 5000],
  ['250m', 250],
  ['1500u', 1.5],
  ['99999999n', 99.999999],
  ['123456789S', undefined],
  ['5s', undefined],
  ['-5S', undefined],
  ['S', undefined],
  ['', undefined],
])('grpc-timeout %s is %s ms', (text, expected) => {
  expect(grpcTimeoutMs(text)).toBe(expected)
})

test.each([
  [1.2, '2m'],
  [5000, '5000m'],
  [99_999_999, '99999999m'],
  [360_000_000, '360000S'],
  [360_000_000_000, '6000000M'],
  [36_000_000_000_000, '10000000H'],
])('%s ms are told as %s', (ms, text) => {
  expect(grpcTimeoutText(ms)).toBe(text)
})

test.each([
  ['without a policy for it the header does not count', { grpcHeaderMaxMs: undefined }, '1S', 9000],
  ['the header counts', { grpcHeaderMaxMs: 0 }, '1S', 1000],
  ['up to the maximum', { grpcHeaderMaxMs: 500 }, '1S', 500],
  ['less the offset', { grpcHeaderMaxMs: 0, grpcHeaderOffsetMs: 100 }, '1S', 900],
  ['with nothing left it is over at once', { grpcHeaderMaxMs: 0, grpcHeaderOffsetMs: 2000 }, '1S', 1],
  ['without a header the route’s own limit stands', { grpcHeaderMaxMs: 500 }, undefined, 9000],
  ['a header that is none does not count', { grpcHeaderMaxMs: 500 }, 'soon', 9000],
])('%s', (_what, policy, header, expected) => {
  expect(streamDurationMs({ maxMs: 9000, grpcHeaderOffsetMs: 0, ...policy }, header)).toBe(expected)
})
