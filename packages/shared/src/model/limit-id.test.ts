import { expect, test } from 'vitest'
import { limitId, limitKey, limitOfDescriptor } from './limit-id.ts'

test('a description of a request names the limit that made it', () => {
  const id = limitId({ namespace: 'shop', name: 'charges' }, 1, 0)

  expect(limitOfDescriptor([{ key: limitKey, value: id }])).toBe('RateLimit/shop/charges')
  expect(
    limitOfDescriptor([
      { key: limitKey, value: id },
      { key: 'header.x-user', value: 'ada' },
    ]),
  ).toBe('RateLimit/shop/charges')
})

test.each([[[]], [[{ key: 'user', value: 'shop/a/0/0' }]], [[{ key: limitKey, value: 'slow' }]]])(
  'a description that somebody else wrote names none: %j',
  (entries) => {
    expect(limitOfDescriptor(entries)).toBe('')
  },
)
