import { expect, test } from 'vitest'
import { wellFormed } from './well-formed.ts'

test('half a character becomes the sign for one that is lost; whole ones stay', () => {
  const cut = '👍'.slice(0, 1)

  expect(wellFormed({ title: `a${cut}`, list: [cut, '👍', 1, null, true] })).toEqual({
    title: 'a\ufffd',
    list: ['\ufffd', '👍', 1, null, true],
  })
})
