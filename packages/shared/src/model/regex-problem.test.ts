import { expect, test } from 'vitest'
import { regexProblem } from './regex-problem.ts'

test.each([
  '/a/[0-9]+',
  '^/x$',
  '(a|b)*',
  '[]a]',
  '[^]]',
  '[[:alpha:]]+',
  '\\(',
  '(?i)a',
  '(?P<n>a)',
  '\\Q(a\\E',
  'a{2,3}',
])('%s is taken', (pattern) => {
  expect(regexProblem(pattern)).toBeUndefined()
})

test.each([
  ['(?=a)', /looks around/],
  ['(?!a)', /looks around/],
  ['(?<=a)b', /looks around/],
  ['(?<!a)b', /looks around/],
  ['(?>a)', /looks around/],
  ['(a)\\1', /refers back/],
  ['(?P<n>a)\\k<n>', /refers back/],
  ['a*+', /possessive/],
  ['(a', /without/],
  ['a)', /without/],
  ['[a', /without/],
  ['a\\', /backslash/],
  ['a'.repeat(1025), /1025 characters/],
])('%s is refused', (pattern, words) => {
  expect(regexProblem(pattern)).toMatch(words)
})
