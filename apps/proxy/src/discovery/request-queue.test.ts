import { afterEach, expect, test, vi } from 'vitest'
import { RequestQueue } from './request-queue.ts'

vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
afterEach(() => vi.clearAllTimers())

function callThatKeeps() {
  const sent: string[] = []
  return { sent, send: (request: Uint8Array) => sent.push(Buffer.from(request).toString()) }
}

const bytes = (text: string) => Buffer.from(text)

test('without a rate everything goes at once', () => {
  const call = callThatKeeps()
  using queue = new RequestQueue(undefined)

  for (const each of ['a', 'b', 'c']) queue.send(call, bytes(each))

  expect(call.sent).toEqual(['a', 'b', 'c'])
})

test('what has no token waits for one, in order', () => {
  const call = callThatKeeps()
  using queue = new RequestQueue({ tokensMax: 2, tokensPerMs: 0.01 })

  for (const each of ['a', 'b', 'c', 'd']) queue.send(call, bytes(each))
  expect([call.sent.join(''), queue.counts.pending]).toEqual(['ab', 2])
  vi.advanceTimersByTime(102)
  expect([call.sent.join(''), queue.counts.pending]).toEqual(['abc', 1])
  vi.advanceTimersByTime(102)

  expect([call.sent.join(''), queue.counts.pending]).toEqual(['abcd', 0])
})

test('another stream begins with the tokens that the last one left, and without what that had to say', () => {
  const [before, after] = [callThatKeeps(), callThatKeeps()]
  using queue = new RequestQueue({ tokensMax: 1, tokensPerMs: 0.01 })
  for (const each of ['a', 'b']) queue.send(before, bytes(each))

  queue.clear()
  queue.send(after, bytes('c'))
  expect(after.sent).toEqual([])
  vi.advanceTimersByTime(102)

  expect([before.sent, after.sent]).toEqual([['a'], ['c']])
})

test('more than may wait is not taken', () => {
  const call = callThatKeeps()
  using queue = new RequestQueue({ tokensMax: 1, tokensPerMs: 1e-9 })
  const large = Buffer.alloc(1024 * 1024)

  const taken = Array.from({ length: 20 }, () => queue.send(call, large))

  expect(taken.indexOf(false)).toBe(18)
  expect(queue.counts.pending).toBe(17)
})
