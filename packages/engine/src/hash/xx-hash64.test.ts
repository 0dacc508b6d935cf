import { expect, test } from 'vitest'
import { xxHash64 } from './xx-hash64.ts'

function hash(text: string, seed = 0): string {
  const out = { hi: 0, lo: 0 }
  xxHash64(text, out, 0, seed)
  return out.hi.toString(16).padStart(8, '0') + out.lo.toString(16).padStart(8, '0')
}

// Values of the reference implementation.
test.each([
  ['', 0, 'ef46db3751d8e999'],
  ['a', 0, 'd24ec4f1a98c6e5b'],
  ['abc', 0, '44bc2cf5ad770999'],
  ['foo', 0, '33bf00a859c4ba3f'],
  ['1234567', 0, 'd3a46e9108289359'],
  ['127.0.0.1:8080_17', 0, 'a38afbb4d88c72a7'],
  ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 0, '60dd0d01083b99f0'],
  ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 0, 'e2df261fc2ec30eb'],
  ['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 0, 'b3fa465f554208a6'],
  ['The quick brown fox jumps over the lazy dog', 0, '0b242d361fda71bc'],
  ['The quick brown fox jumps over the lazy dog', 1, 'df5091b6dad2c6db'],
  [
    '0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789',
    1,
    'a50a84f168bdc5af',
  ],
  ['10.0.0.1:80', 1, 'a456919bcbffaa92'],
])('the hash of "%s" is that of the reference', (text, seed, expected) => {
  expect(hash(text, seed)).toBe(expected)
})
