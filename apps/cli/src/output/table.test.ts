import { expect, test } from 'vitest'
import { printable, table } from './table.ts'

test('columns line up and an absent value is a dash', () => {
  const text = table(
    ['name', 'state'],
    [
      ['payments', 'acked'],
      ['web', undefined],
    ],
  )

  expect(text).toBe('NAME      STATE\npayments  acked\nweb       –')
})

test('an escape sequence in a name does not reach the terminal', () => {
  const shown = printable('\u001b[31mred\u0007')

  expect(shown).toBe('\\u001b[31mred\\u0007')
})

test('neither does one of the single characters that begin it in some terminals', () => {
  const shown = printable('\u009b31mred\u007f')

  expect(shown).toBe('\\u009b31mred\\u007f')
})

test('a text cannot turn around what stands behind it', () => {
  const shown = printable('allow \u202eyned\u2066')

  expect(shown).toBe('allow \\u202eyned\\u2066')
})
