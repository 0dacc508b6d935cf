import { expect, test } from 'vitest'
import { lineText, readableText } from './readable-text.ts'

const onTheWire = (text: string) => Buffer.from(text).toString('latin1')

test.each([
  ['ASCII', 'curl/8.1 "x"\t\\', 'curl/8.1 "x"\t\\'],
  ['UTF-8', onTheWire('Zürich 東京 😀'), 'Zürich 東京 😀'],
  ['UTF-8 that was cut', onTheWire('aü').slice(0, 2), 'a\ufffd'],
  ['bytes that are no UTF-8', 'caf\xe9 \xff.', 'caf\xe9 \xff.'],
  ['text that is decoded already', 'ü東', 'ü東'],
])('%s is read as people read it', (_, value, expected) => {
  expect(readableText(value)).toBe(expected)
  expect(lineText(value)).toBe(expected)
})

test.each([
  ['line ends', 'a\r\nGET / 200', 'a\\r\\nGET / 200'],
  ['an escape sequence of a terminal', '\x1b[31m', '\\x1b[31m'],
  ['NUL and DEL', 'a\0b\x7f', 'a\\x00b\\x7f'],
  ['the controls above ASCII', 'a\x85b\u2028c', 'a\\x85b\\u2028c'],
])('%s in a value cannot write a line', (_, value, expected) => {
  expect(lineText(value)).toBe(expected)
})
