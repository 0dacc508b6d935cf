import { expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'

const parse = (text: string) => parseJson(Buffer.from(text, 'latin1'))

test('ordinary JSON is read', () => {
  expect(parse('{"a":{"b":[1,{"a":2}]},"c":"x:{"}')).toEqual({ a: { b: [1, { a: 2 }] }, c: 'x:{' })
})

test.each([
  ['a key twice', '{"a":1,"a":2}'],
  ['a key twice in disguise', '{"a":1,"\\u0061":2}'],
  ['a prototype', '{"__proto__":{"admin":true}}'],
  ['a constructor', '{"a":{"constructor":{}}}'],
  ['a thousand levels', `${'['.repeat(1000)}${']'.repeat(1000)}`],
  ['bytes that are no UTF-8', '{"a":"\xff"}'],
  ['half of an object', '{"a":'],
])('%s is refused', (_what, text) => {
  expect(() => parse(text)).toThrowError(expect.objectContaining({ code: 'invalid_body' }))
})
