import { expect, test } from 'vitest'
import { JsonList, streamJson } from './stream-json.ts'

const entries = [{ a: 1, b: [1, 2], c: {} }, 'a "text"\nof two lines', null, []]

test.each([
  ['an empty list', new JsonList([]), []],
  ['a list', new JsonList(entries), entries],
  ['a list within objects', { a: { b: new JsonList(entries) }, c: 1 }, { a: { b: entries }, c: 1 }],
  ['a list within a list', new JsonList([{ a: new JsonList(entries) }]), [{ a: entries }]],
  ['lists, and what is not there', { a: undefined, b: new JsonList([]), c: [entries] }, { b: [], c: [entries] }],
  ['no list', { a: entries }, { a: entries }],
])('%s is written as JSON.stringify writes it', (_what, value, plain) => {
  expect([...streamJson(value)].join('')).toBe(JSON.stringify(plain, null, 2))
})
