/** A 64-bit number as two halves; both may be read as signed or unsigned. */
export type Hash64 = { hi: number; lo: number }

/**
 * xxHash64 of a text, one byte per character, into `out`. Envoy places hosts and requests by it, so the same key meets the
 * same endpoint behind both proxies. In 32-bit halves, because a BigInt per step would cost a request microseconds.
 * (github.com/Cyan4973/xxHash, doc/xxhash_spec.md)
 */
export function xxHash64(text: string, out: Hash64, seedHi = 0, seedLo = 0): void {
  const { length } = text
  let at = 0
  if (length >= 32) at = hashStripes(text, seedHi, seedLo)
  else {
    high = seedHi
    low = seedLo
    add(p5[0], p5[1])
  }
  add(0, length)
  for (; at + 8 <= length; at += 8) {
    const accHi = high
    const accLo = low
    high = word(text, at + 4)
    low = word(text, at)
    round()
    high ^= accHi
    low ^= accLo
    rotate(27)
    multiply(p1[0], p1[1])
    add(p4[0], p4[1])
  }
  if (at + 4 <= length) {
    const accHi = high
    const accLo = low
    high = 0
    low = word(text, at)
    multiply(p1[0], p1[1])
    high ^= accHi
    low ^= accLo
    rotate(23)
    multiply(p2[0], p2[1])
    add(p3[0], p3[1])
    at += 4
  }
  for (; at < length; at++) {
    const accHi = high
    const accLo = low
    high = 0
    low = text.charCodeAt(at) & 0xff
    multiply(p5[0], p5[1])
    high ^= accHi
    low ^= accLo
    rotate(11)
    multiply(p1[0], p1[1])
  }
  avalanche()
  out.hi = high >>> 0
  out.lo = low >>> 0
}

type Prime = readonly [hi: number, lo: number]
const p1: Prime = [0x9e3779b1, 0x85ebca87]
const p2: Prime = [0xc2b2ae3d, 0x27d4eb4f]
const p3: Prime = [0x165667b1, 0x9e3779f9]
const p4: Prime = [0x85ebca77, 0xc2b2ae63]
const p5: Prime = [0x27d4eb2f, 0x165667c5]

/** The accumulator of the functions below. */
let high = 0
let low = 0
const lanesHi = new Int32Array(4)
const lanesLo = new Int32Array(4)

/** The four lanes over all whole 32 bytes; leaves the merged value in the accumulator and returns where it ended. */
function hashStripes(text: string, seedHi: number, seedLo: number): number {
  setLane(0, seedHi, seedLo, p1, p2)
  setLane(1, seedHi, seedLo, p2)
  setLane(2, seedHi, seedLo)
  high = seedHi
  low = seedLo
  add(~p1[0], ~p1[1])
  add(0, 1)
  lanesHi[3] = high
  lanesLo[3] = low
  let at = 0
  for (; at + 32 <= text.length; at += 32) {
    for (let lane = 0; lane < 4; lane++) {
      high = word(text, at + lane * 8 + 4)
      low = word(text, at + lane * 8)
      multiply(p2[0], p2[1])
      add(lanesHi[lane] as number, lanesLo[lane] as number) // four lanes
      rotate(31)
      multiply(p1[0], p1[1])
      lanesHi[lane] = high
      lanesLo[lane] = low
    }
  }
  mergeLanes()
  return at
}

function setLane(lane: number, seedHi: number, seedLo: number, ...primes: readonly Prime[]): void {
  high = seedHi
  low = seedLo
  for (const [hi, lo] of primes) add(hi, lo)
  lanesHi[lane] = high
  lanesLo[lane] = low
}

const mergeBits = [1, 7, 12, 18] as const

function mergeLanes(): void {
  let sumHi = 0
  let sumLo = 0
  for (let lane = 0; lane < 4; lane++) {
    high = lanesHi[lane] as number // four lanes
    low = lanesLo[lane] as number
    rotate(mergeBits[lane] as number)
    add(sumHi, sumLo)
    sumHi = high
    sumLo = low
  }
  for (let lane = 0; lane < 4; lane++) {
    high = lanesHi[lane] as number
    low = lanesLo[lane] as number
    round()
    high ^= sumHi
    low ^= sumLo
    multiply(p1[0], p1[1])
    add(p4[0], p4[1])
    sumHi = high
    sumLo = low
  }
}

function round(): void {
  multiply(p2[0], p2[1])
  rotate(31)
  multiply(p1[0], p1[1])
}

function avalanche(): void {
  // h ^= h >>> 33; ^= >>> 29; ^= >>> 32, multiplied in between.
  low ^= high >>> 1
  multiply(p2[0], p2[1])
  const shiftedLo = (low >>> 29) | (high << 3)
  high ^= high >>> 29
  low ^= shiftedLo
  multiply(p3[0], p3[1])
  low ^= high
}

function word(text: string, at: number): number {
  return (
    (text.charCodeAt(at) & 0xff) |
    ((text.charCodeAt(at + 1) & 0xff) << 8) |
    ((text.charCodeAt(at + 2) & 0xff) << 16) |
    ((text.charCodeAt(at + 3) & 0xff) << 24)
  )
}

function add(hi: number, lo: number): void {
  const sum = (low >>> 0) + (lo >>> 0)
  low = sum | 0
  high = (high + hi + (sum > 0xffffffff ? 1 : 0)) | 0
}

function rotate(bits: number): void {
  const hi = high
  high = (hi << bits) | (low >>> (32 - bits))
  low = (low << bits) | (hi >>> (32 - bits))
}

function multiply(hi: number, lo: number): void {
  const a0 = low & 0xffff
  const a1 = low >>> 16
  const b0 = lo & 0xffff
  const b1 = lo >>> 16
  const p00 = Math.imul(a0, b0) >>> 0
  const p01 = Math.imul(a0, b1) >>> 0
  const p10 = Math.imul(a1, b0) >>> 0
  const p11 = Math.imul(a1, b1) >>> 0
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff)
  const carried = p11 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)
  high = (carried + Math.imul(low, hi) + Math.imul(high, lo)) | 0
  low = (middle << 16) | (p00 & 0xffff)
}
