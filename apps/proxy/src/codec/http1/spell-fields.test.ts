import { expect, test } from 'vitest'
import { readSpelling } from './read-spelling.ts'
import { spellFields } from './spell-fields.ts'

test('letters at the beginning, and behind what is neither letter nor digit, are capitals; values stay', () => {
  expect(spellFields('\r\nx-b3-one.two_3four: a-b: c\r\netag: d\r\n\r\n', undefined)).toBe(
    '\r\nX-B3-One.Two_3four: a-b: c\r\nEtag: d\r\n\r\n',
  )
})

test('a name is written as it came first, and others as the listener says', () => {
  const head = 'HTTP/1.1 200 Quite Fine\r\nX-aB: 1\r\nx-Ab: 2\r\n'
  const lower = readSpelling(head, 25, { kind: 'kept', adds: 'lower', forwardsReason: true })
  const words = readSpelling(head, 25, { kind: 'kept', adds: 'words', forwardsReason: false })

  expect(lower.reason).toBe('Quite Fine')
  expect(words.reason).toBe('')
  expect(spellFields('\r\nx-ab: 1\r\nx-ab: 2\r\nx-b: 3', lower)).toBe('\r\nX-aB: 1\r\nX-aB: 2\r\nx-b: 3')
  expect(spellFields('\r\nx-ab: 1\r\nx-b: 3', words)).toBe('\r\nX-aB: 1\r\nX-B: 3')
})
