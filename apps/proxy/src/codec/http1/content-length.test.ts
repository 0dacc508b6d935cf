import assert from 'node:assert/strict'
import { test } from 'vitest'
import { contentLengthOf } from './content-length.ts'

test('digits and nothing else are a length (RFC 9110 §8.6)', () => {
  for (const [text, length] of [
    ['0', 0],
    ['007', 7],
    ['999999999999999', 999_999_999_999_999],
  ] as const) {
    assert.equal(contentLengthOf(text), length)
  }
  for (const text of ['', '+5', '-1', '0x5', '5,5', '5 ', ' 5', '1e3', '1.0', '٣', '9999999999999999']) {
    assert.equal(contentLengthOf(text), -1)
  }
})
