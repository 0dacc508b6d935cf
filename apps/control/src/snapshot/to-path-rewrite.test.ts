import { compileLinearRegex } from '@heddle/engine/match/linear-regex'
import { expect, test } from 'vitest'
import { fullPathRegex, toPathRewrite } from './to-path-rewrite.ts'

/** The table of Gateway API for ReplacePrefixMatch. */
test.each([
  ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
  ['/foo/bar', '/foo/', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo/', '/xyz/', '/xyz/bar'],
  ['/foo', '/foo', '/xyz', '/xyz'],
  ['/foo/', '/foo', '/xyz', '/xyz/'],
  ['/foo/bar', '/foo', '/', '/bar'],
  ['/foo/', '/foo', '/', '/'],
  ['/foo', '/foo', '/', '/'],
  ['/foo/bar', '/', '/xyz', '/xyz/foo/bar'],
  ['/a.b/c', '/a.b', '/', '/c'],
])('%s with prefix %s replaced by %s is %s', (path, prefix, replacement, expected) => {
  const modifier = { type: 'ReplacePrefixMatch', replacePrefixMatch: replacement } as const

  const rewrite = toPathRewrite(modifier, { path: { type: 'PathPrefix', value: prefix } })

  expect(apply(rewrite, path, prefix)).toBe(expected)
})

test('a full path stands for all of it', () => {
  const { pattern, substitution } = fullPathRegex('/new')

  expect(compileLinearRegex(pattern?.regex ?? '', '').replaceAll('/old/path', substitution ?? '')).toBe('/new')
})

/** What Envoy does with the fields. */
function apply(rewrite: ReturnType<typeof toPathRewrite>, path: string, prefix: string): string {
  switch (rewrite.kind) {
    case 'full':
      return rewrite.path
    case 'prefix':
      return rewrite.prefix + path.slice(prefix.replace(/\/$/, '').length)
    case 'regex': {
      const { pattern, substitution } = rewrite.value
      return compileLinearRegex(pattern?.regex ?? '', '').replaceAll(path, substitution ?? '')
    }
  }
}
