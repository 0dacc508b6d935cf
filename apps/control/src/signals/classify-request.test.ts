import { expect, test } from 'vitest'
import { classifyRequest } from './classify-request.ts'

const answer = {
  protocol: 'http' as const,
  status: 200,
  grpcStatus: undefined,
  flags: '',
  matchedPolicy: undefined,
  reporter: 'destination' as const,
}

test.each([
  [
    'a TCP connection',
    { protocol: 'tcp' as const, status: 0 },
    { isError: false, isDenied: false, isInjected: false, isOwnError: false },
  ],
  [
    'a TCP connection that found no upstream',
    { protocol: 'tcp' as const, status: 0, flags: 'UF' },
    { isError: true, isDenied: false, isInjected: false, isOwnError: true },
  ],
  [
    'a TCP connection whose client left first',
    { protocol: 'tcp' as const, status: 0, flags: 'DC' },
    { isError: false, isDenied: false, isInjected: false, isOwnError: false },
  ],
  [
    'a TCP connection that a policy denied',
    { protocol: 'tcp' as const, status: 0, matchedPolicy: 'none' },
    { isError: false, isDenied: true, isInjected: false, isOwnError: false },
  ],
  [
    'a TCP connection that no policy denied',
    { protocol: 'tcp' as const, status: 0, matchedPolicy: '' },
    { isError: false, isDenied: false, isInjected: false, isOwnError: false },
  ],
  ['an answer', {}, { isError: false, isDenied: false, isInjected: false, isOwnError: false }],
  ['a failure', { status: 500 }, { isError: true, isDenied: false, isInjected: false, isOwnError: true }],
  ['no answer', { status: 0 }, { isError: true, isDenied: false, isInjected: false, isOwnError: true }],
  ['a failed call', { grpcStatus: 14 }, { isError: true, isDenied: false, isInjected: false, isOwnError: true }],
  [
    'an injected failure',
    { status: 503, flags: 'FI' },
    { isError: true, isDenied: false, isInjected: true, isOwnError: false },
  ],
  ['an injected delay', { flags: 'DI' }, { isError: false, isDenied: false, isInjected: true, isOwnError: false }],
  ['a denial', { status: 403 }, { isError: false, isDenied: true, isInjected: false, isOwnError: false }],
  [
    'a 403 of the workload',
    { status: 403, matchedPolicy: '' },
    { isError: false, isDenied: false, isInjected: false, isOwnError: false },
  ],
  [
    'an injected 403',
    { status: 403, flags: 'FI', matchedPolicy: 'FaultInjection/shop/slow' },
    { isError: false, isDenied: false, isInjected: true, isOwnError: false },
  ],
  [
    'a limit that answers 403',
    { status: 403, flags: 'RL', matchedPolicy: 'RateLimit/shop/few' },
    { isError: false, isDenied: false, isInjected: false, isOwnError: false },
  ],
  [
    'a failure that a caller passed on',
    { status: 503, reporter: 'source' as const },
    { isError: true, isDenied: false, isInjected: false, isOwnError: false },
  ],
  [
    'retries that ran out',
    { status: 503, flags: 'URX', reporter: 'source' as const },
    { isError: true, isDenied: false, isInjected: false, isOwnError: false },
  ],
  [
    'a connection that a caller could not make',
    { status: 503, flags: 'UF,URX', reporter: 'source' as const },
    { isError: true, isDenied: false, isInjected: false, isOwnError: true },
  ],
])('%s is classified', (_name, given, expected) => {
  expect(classifyRequest({ ...answer, ...given })).toEqual(expected)
})
