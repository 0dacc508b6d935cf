import { expect, test } from 'vitest'
import { readName } from './read-name.ts'

test('the first text that there is is the name, and what no service can be called is unknown', () => {
  const names = [readName(undefined, 'web', 'other'), readName('*.example.com'), readName(undefined), readName('')]
  const wrong = [readName('x'.repeat(254)), readName('w\u00e9b'), readName('a\nb', 'web')]

  expect(names).toEqual(['web', '*.example.com', 'unknown', 'unknown'])
  expect(wrong).toEqual(['unknown', 'unknown', 'unknown'])
})
