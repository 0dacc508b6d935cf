import { expect, test } from 'vitest'
import { diffLines } from './diff-lines.ts'

const written = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`)

test('one changed line is one line removed and one added', () => {
  expect(written('a\nb\nc\n', 'a\nB\nc\n')).toEqual([' a', '-b', '+B', ' c'])
})

test('a new text is all added, a deleted one all removed', () => {
  expect(written('', 'a\nb\n')).toEqual(['+a', '+b'])
  expect(written('a\nb\n', '')).toEqual(['-a', '-b'])
})

test('equal texts differ nowhere', () => {
  expect(written('a\nb', 'a\nb')).toEqual([' a', ' b'])
})

test('lines are numbered on their own side', () => {
  expect(diffLines('x\na\n', 'a\ny\n')).toEqual([
    { kind: 'removed', text: 'x', before: 1 },
    { kind: 'same', text: 'a', before: 2, after: 1 },
    { kind: 'added', text: 'y', after: 2 },
  ])
})
