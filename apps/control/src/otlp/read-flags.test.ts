import { expect, test } from 'vitest'
import { readFlags } from './read-flags.ts'

test('flags are read as Envoy writes them, and what is no flags is none', () => {
  const texts = ['UF,URX', '-', '', undefined, 'x'.repeat(100), 'UF,', 'UF URX', '<b>']

  expect(texts.map(readFlags)).toEqual(['UF,URX', '', '', '', '', '', '', ''])
})
