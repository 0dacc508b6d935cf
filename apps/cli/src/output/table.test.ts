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
