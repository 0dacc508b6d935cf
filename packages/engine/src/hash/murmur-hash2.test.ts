import { expect, test } from 'vitest'
import { murmurHash2 } from './murmur-hash2.ts'

const mask = (1n << 64n) - 1n
const m = 0xc6a4a7935bd1e995n
const shift = (value: bigint) => value ^ (value >> 47n)

/** The published algorithm with whole numbers of any size: slow, and plain to read. */
function plain(text: string): bigint {
  const bytes = Buffer.from(text, 'latin1')
  const whole = bytes.length - (bytes.length % 8)
  let hash = 0xc70f6907n ^ ((BigInt(bytes.length) * m) & mask)
  for (let at = 0; at < whole; at += 8) {
    const mixed = (shift((bytes.readBigUInt64LE(at) * m) & mask) * m) & mask
    hash = ((hash ^ mixed) * m) & mask
  }
  if (whole < bytes.length) {
    const rest = Buffer.alloc(8)
    bytes.copy(rest, 0, whole)
    hash = ((hash ^ rest.readBigUInt64LE(0)) * m) & mask
  }
  return shift((shift(hash) * m) & mask)
}

test('texts of every length hash as the published algorithm says', () => {
  const out = { hi: 0, lo: 0 }
  for (let length = 0; length < 70; length++) {
    const text = Array.from({ length }, (_, index) => String.fromCharCode((index * 37 + length * 11) & 0xff)).join('')

    murmurHash2(text, out)

    expect((BigInt(out.hi) << 32n) | BigInt(out.lo)).toBe(plain(text))
  }
})
