import { expect, test } from 'vitest'
import { succession } from './live-id.ts'

test.each([
  ['a-4', 'a-5', 'next'],
  ['a-4', 'a-4', 'old'],
  ['a-4', 'a-2', 'old'],
  ['a-4', 'a-6', 'gap'],
  ['a-4', 'b-5', 'gap'],
  ['with-dash-4', 'with-dash-5', 'next'],
  [undefined, 'a-1', 'gap'],
  ['a-4', 'nonsense', 'gap'],
])('after %s, %s is %s', (last, id, wanted) => {
  expect(succession(last, id)).toBe(wanted)
})
