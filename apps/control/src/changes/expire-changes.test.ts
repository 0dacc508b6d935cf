import { expect, test } from 'vitest'
import { expiryOf, movedMaxMs, untouchedMaxMs } from './expire-changes.ts'

const touchedAt = 1_000_000

test.each([
  ['fresh', undefined, touchedAt, false],
  ['a moment before its fourteen days are over', undefined, touchedAt + untouchedMaxMs - 1, false],
  ['fourteen days old', undefined, touchedAt + untouchedMaxMs, true],
  ['three days on a base that moved before its last edit', touchedAt - 5, touchedAt + movedMaxMs, true],
  ['less than three days on a base that moved later', touchedAt + 5, touchedAt + movedMaxMs, false],
  ['three days on a base that moved later', touchedAt + 5, touchedAt + 5 + movedMaxMs, true],
])('a change that is %s', (_what, baseMovedAt, now, isOver) => {
  expect(expiryOf({ touchedAt, baseMovedAt }, now) !== undefined).toBe(isOver)
})
