import fc from 'fast-check'
import { expect, test } from 'vitest'
import { framed, MessageReader } from './message-reader.ts'

test('messages come out as they went in, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
      (messages, cuts) => {
        const reader = new MessageReader(300)
        const bytes = Buffer.concat(messages.map(framed))
        const found: Buffer[] = []

        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const end = at + (cuts[turn % cuts.length] ?? 1)
          expect(reader.push(bytes.subarray(at, end), (message) => found.push(message))).toBeUndefined()
          at = end
        }

        expect(found.map((each) => [...each])).toEqual(messages.map((each) => [...each]))
        expect(reader.isInside).toBe(false)
      },
    ),
  )
})

test.each([
  ['a compressed message', Buffer.from([1, 0, 0, 0, 0]), 'compressed'],
  ['a message of 4 GiB', Buffer.from([0, 255, 255, 255, 255]), '4294967295 bytes'],
])('%s ends the stream', (_what, bytes, reason) => {
  expect(new MessageReader(1000).push(bytes, () => undefined)).toContain(reason)
})

test('half a message is told', () => {
  const reader = new MessageReader(1000)
  reader.push(Buffer.from([0, 0, 0, 0, 9, 1]), () => undefined)

  expect(reader.isInside).toBe(true)
})
