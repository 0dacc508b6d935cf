import { expect, test } from 'vitest'
import { parseYaml } from './parse-yaml.ts'

test('ordinary YAML is read, with anchors and text that looks like brackets', () => {
  expect(parseYaml('a: &x { b: [1, "[[[["] }\nc: *x\n# [[[')).toEqual({ a: { b: [1, '[[[['] }, c: { b: [1, '[[[['] } })
})

test.each([
  ['a key twice', 'a: 1\nb: 2\na: 3', 'line 3: the key "a" is there twice'],
  ['a map as a key', '? { a: 1 }\n: 2', 'a key is not a text'],
  ['a prototype', '__proto__: { admin: true }', '"__proto__" is not allowed'],
  ['a NUL in disguise', 'a: "x\\0y"', 'line 1: contains a NUL'],
  ['a NUL in a key', '"a\\0": x', 'is not allowed'],
  ['an alias of nothing', 'a: 1\nb: *', 'line 2: a lone "*"'],
  ['an alias before its anchor', 'a: *x\nb: &x 1', 'line 1: "*x" is an alias in YAML, of an anchor that is not there'],
  ['a second object', 'a: 1\n---\nb: 1', 'line 2: a second object begins here'],
  ['an indentation that is none', 'a:\n  - b\n c', 'line 3'],
  [
    'an alias that grows',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefg'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[index]}`).join()}]`).join('\n')}`,
    'alias',
  ],
])('%s is refused with its place', (_what, text, message) => {
  expect(() => parseYaml(text)).toThrowError(message)
})

const large: readonly (readonly [string, string])[] = [
  ['many keys', Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join('\n')],
  ['many keys in one line', `{${Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join(', ')}}`],
  ['open lists', '['.repeat(130_000)],
  ['open maps', '{a: '.repeat(30_000)],
  ['lists in lists', '- '.repeat(60_000)],
  ['keys of keys', '? '.repeat(60_000)],
  ['a few keys of keys', `${'? '.repeat(40)}a`],
  ['ever deeper lines', Array.from({ length: 480 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ['quotes', '"'.repeat(130_000)],
  ['colons', ':'.repeat(130_000)],
  ['errors in every line', 'a: b: c\n'.repeat(14_000)],
  ['aliases', `a: &a x\n${'- *a\n'.repeat(25_000).replaceAll('- ', 'b: ')}`],
  ['aliases of the last', `- &a x\n${'- *a\n'.repeat(25_000)}`],
  ['anchors', Array.from({ length: 8_000 }, (_, index) => `- &a${index} x`).join('\n')],
]

test.each(large)('%s take bounded time', { timeout: 20_000 }, (_what, text) => {
  const start = process.cpuUsage()

  try {
    parseYaml(text)
  } catch {
    // Refused or read: either is an answer.
  }

  const { user, system } = process.cpuUsage(start)
  // Its own time, as the machine may be busy; the parser alone took half a minute for some of these.
  expect((user + system) / 1000).toBeLessThan(5000)
})
