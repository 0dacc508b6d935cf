import { expect, test } from 'vitest'
import { compileSubstitution } from './compile-substitution.ts'
import { compileLinearRegex } from './linear-regex.ts'

test.each([
  ['\\2\\1', '/b/a'],
  ['\\0\\\\', '/a/b\\'],
  ['plain', 'plain'],
])('%s replaces a match of two groups', (substitution, expected) => {
  const regex = compileLinearRegex('(/a)(/b)', 'pattern')

  expect(regex.replaceAll('/a/b', compileSubstitution(substitution, regex, 'at'))).toBe(expected)
})

test.each([
  ['\\3', 'at: names group 3, but the expression has 2'],
  ['end\\', 'at: "\\" is neither a group nor a backslash'],
  ['\\n', 'at: "\\n" is neither a group nor a backslash'],
])('%s is refused', (substitution, reason) => {
  const regex = compileLinearRegex('(a)(b)', 'pattern')

  expect(() => compileSubstitution(substitution, regex, 'at')).toThrow(reason)
})
