import { expect, test } from 'vitest'
import { MessageCounter } from './message-counter.ts'

const bytes = Buffer.from('0000000002686900000000000100000003616263', 'hex')

test.each([1, 2, 3, 5, 7, 100])('messages are counted in pieces of %d bytes', (size) => {
  const counter = new MessageCounter()
  let messages = 0

  for (let at = 0; at < bytes.length; at += size) messages += counter.count(bytes.subarray(at, at + size))

  expect(messages).toBe(3)
})

test('half a message is one already', () => {
  expect(new MessageCounter().count(Buffer.from([0, 0]))).toBe(1)
})
