import { expect, test } from 'vitest'
import { AskingPace, isAskingAgain } from './asking-pace.ts'

test('what takes little is never made to rest, and what goes on has a fifth of the thread', () => {
  const pace = new AskingPace()

  const rests = [5, 10, 1, 5, 19, 30].map((tookMs) => pace.restMs(tookMs))

  expect(rests).toEqual([0, 0, 0, 84, 0, 196])
})

const names = (subscribe: readonly string[]) =>
  ({ mode: 'delta', subscribe: [...subscribe], unsubscribe: [], initialVersions: new Map() }) as const
const request = (subscribe: readonly string[]) => ({
  type: 'cluster' as const,
  responseNonce: '1',
  errorMessage: undefined,
  names: names(subscribe),
})

test.each([
  ['the first of its type', { kind: 'subscribe' }, ['*'], false],
  ['an answer', { kind: 'ack' }, [], false],
  ['a refusal', { kind: 'nack', reason: 'no' }, [], false],
  ['an answer that asks for everything again', { kind: 'ack' }, ['*'], true],
  ['a question for names', { kind: 'names' }, ['a'], true],
  ['an answer to what was answered before', { kind: 'stale' }, [], true],
] as const)('%s', (_what, answer, subscribe, isAsking) => {
  expect(isAskingAgain(answer, request(subscribe))).toBe(isAsking)
})
