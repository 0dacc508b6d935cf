import { expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'

const parse = (text: string) => parseJson(Buffer.from(text, 'latin1'))

test('ordinary JSON is read', () => {
  expect(parse('{"a":{"b":[1,{"a":2}]},"c":"x:{"}')).toEqual({ a: { b: [1, { a: 2 }] }, c: 'x:{' })
})

test('a whole character in two escapes is read, and a backslash before one is none', () => {
  expect(parse('{"a":"\\uD83D\\uDE00","b":"\\\\ud83d"}')).toEqual({ a: '\u{1f600}', b: '\\ud83d' })
})

test('a backslash before u0000 is no NUL', () => {
  expect(parse('{"a":"\\\\u0000"}')).toEqual({ a: '\\u0000' })
})

test.each([
  ['a NUL', '{"a":"\0"}'],
  ['a NUL in disguise', '{"a":"x\\\\\\u0000"}'],
  ['half a character', '{"a":"\\ud83d"}'],
  ['half a character in a key, behind a backslash', '{"\\\\\\uDE00":1}'],
  ['a key twice', '{"a":1,"a":2}'],
  ['a key twice in disguise', '{"a":1,"\\u0061":2}'],
  ['a thousand levels', `${'['.repeat(1000)}${']'.repeat(1000)}`],
  ['bytes that are no UTF-8', '{"a":"\xff"}'],
  ['half of an object', '{"a":'],
])('%s is refused as malformed', (_what, text) => {
  expect(() => parse(text)).toThrowError(expect.objectContaining({ code: 'malformed_body' }))
})

test.each([
  ['a prototype', '{"__proto__":{"admin":true}}'],
  ['a prototype in disguise', '{"\\u005f_proto__":{"admin":true}}'],
  ['a constructor', '{"a":{"constructor":{}}}'],
])('the key of %s is refused', (_what, text) => {
  expect(() => parse(text)).toThrowError(expect.objectContaining({ code: 'invalid_body' }))
})
