import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { offsetOfPointer } from './offset-of-pointer.ts'

const text = 'spec:\n  a/b: [x, { c: 1 }]\n  empty:\n'

test.each([
  ['', 'spec'],
  ['/spec/a~1b', 'a/b'],
  ['/spec/a~1b/0', 'x'],
  ['/spec/a~1b/1/c', 'c: 1'],
  ['/spec/empty/missing', 'empty'],
  ['/spec/nothing/below', 'spec'],
  ['/spec/a~1b/9', 'a/b'],
])('%j stands, or its nearest parent does, at "%s"', (pointer, at) => {
  const offset = offsetOfPointer(parseDocument(text).contents, pointer)

  expect(offset).toBe(text.indexOf(at))
})
