import { expect, test } from 'vitest'
import { cutText } from './cut-text.ts'

test('a text is cut to its first characters, and half a character is none', () => {
  expect([cutText('abc', 3), cutText('abcd', 3), cutText('ab\u{1f600}', 3)]).toEqual(['abc', 'abc', 'ab\ufffd'])
})
