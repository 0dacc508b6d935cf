import { expect, test } from 'vitest'
import { certificatesFor, type NamedPair } from './pick-certificate.ts'

const named = (path: string, keyType: string, ...names: string[]): NamedPair => ({
  pair: { certificate: '', key: '', passphrase: undefined, path },
  names,
  keyType,
})
const all = [
  named('a-ec', 'ec', 'a.test'),
  named('a-rsa', 'rsa', 'a.test'),
  named('star', 'ec', '*.b.test'),
  named('b', 'rsa', 'c.b.test'),
]

test.each<[string | undefined, boolean, string[]]>([
  ['a.test', false, ['a-ec', 'a-rsa']],
  ['A.TEST', false, ['a-ec', 'a-rsa']],
  ['x.b.test', false, ['star']],
  // Exact comes before a star, though that one has the better key.
  ['c.b.test', false, ['b']],
  ['x.y.b.test', false, ['a-ec']],
  ['b.test', false, ['a-ec']],
  ['nobody.test', true, ['a-ec', 'a-rsa']],
  [undefined, false, ['a-ec', 'a-rsa']],
])('a client that asks for %s (all looked at: %s) gets %j', (name, scansAll, expected) => {
  expect(certificatesFor(all, name, scansAll).map(({ path }) => path)).toEqual(expected)
})
