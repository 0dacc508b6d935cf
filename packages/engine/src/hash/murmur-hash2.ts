import type { Hash64 } from './xx-hash64.ts'

/** m of MurmurHash64A, and the seed that libstdc++'s std::hash has. */
const mulHi = 0xc6a4a793
const mulLo = 0x5bd1e995
const seed = 0xc70f6907

/**
 * MurmurHash2, 64 bits (MurmurHash64A), of a text of one byte per character, into `out`. Ring hash places hosts by it where
 * `MURMUR_HASH_2` is asked for. In 32-bit halves, as `xxHash64`: a large ring is a million hashes.
 */
export function murmurHash2(text: string, out: Hash64): void {
  const { length } = text
  multiply(0, length, mulHi, mulLo)
  let hashHi = productHi
  let hashLo = productLo ^ seed
  let at = 0
  for (; at + 8 <= length; at += 8) {
    multiply(word(text, at + 4, 4), word(text, at, 4), mulHi, mulLo)
    mix(productHi, productLo)
    multiply(mixedHi, mixedLo, mulHi, mulLo)
    multiply(hashHi ^ productHi, hashLo ^ productLo, mulHi, mulLo)
    hashHi = productHi
    hashLo = productLo
  }
  const rest = length - at
  if (rest > 0) {
    const restHi = rest > 4 ? word(text, at + 4, rest - 4) : 0
    multiply(hashHi ^ restHi, hashLo ^ word(text, at, Math.min(rest, 4)), mulHi, mulLo)
    hashHi = productHi
    hashLo = productLo
  }
  mix(hashHi, hashLo)
  multiply(mixedHi, mixedLo, mulHi, mulLo)
  mix(productHi, productLo)
  out.hi = mixedHi >>> 0
  out.lo = mixedLo >>> 0
}

let productHi = 0
let productLo = 0

function multiply(aHi: number, aLo: number, bHi: number, bLo: number): void {
  const a0 = aLo & 0xffff
  const a1 = aLo >>> 16
  const b0 = bLo & 0xffff
  const b1 = bLo >>> 16
  const low = Math.imul(a0, b0) >>> 0
  const cross = Math.imul(a1, b0) >>> 0
  const other = Math.imul(a0, b1) >>> 0
  const middle = (low >>> 16) + (cross & 0xffff) + (other & 0xffff)
  const carried = (Math.imul(a1, b1) >>> 0) + (cross >>> 16) + (other >>> 16) + (middle >>> 16)
  productHi = (carried + Math.imul(aLo, bHi) + Math.imul(aHi, bLo)) | 0
  productLo = ((middle & 0xffff) << 16) | (low & 0xffff)
}

let mixedHi = 0
let mixedLo = 0

/** v ^ (v >>> 47) */
function mix(hi: number, lo: number): void {
  mixedHi = hi
  mixedLo = lo ^ (hi >>> 15)
}

/** Up to four bytes, the first is the lowest. */
function word(text: string, at: number, count: number): number {
  let value = 0
  for (let index = 0; index < count; index++) value |= (text.charCodeAt(at + index) & 0xff) << (8 * index)
  return value
}
