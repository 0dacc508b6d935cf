import { eos, huffmanCode } from './huffman-code.ts'

/** What a decoded string is put together in; grows when one needs more. */
let scratch = Buffer.allocUnsafeSlow(16 * 1024)

/**
 * A Huffman-coded string of RFC 7541 §5.2, as latin1; undefined for what the RFC calls a decoding error: EOS, and
 * padding that is longer than 7 bits or not all ones.
 */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | undefined {
  // The shortest code has 5 bits.
  const lengthMax = Math.ceil(((to - from) * 8) / 5)
  if (lengthMax > scratch.length) scratch = Buffer.allocUnsafeSlow(lengthMax)
  let length = 0
  let node = 0
  let bits = 0
  let bitCount = 0
  /** Bits since the last whole symbol: what is left of them at the end is padding. */
  let pending = 0
  for (let at = from; at < to; at++) {
    bits = ((bits & 0xff) << 8) | (bytes[at] as number) // in range
    bitCount += 8
    pending += 8
    while (bitCount >= 8) {
      const step = steps[node + ((bits >>> (bitCount - 8)) & 0xff)] as number // every node has 256 steps
      if (step === 0) return undefined
      if (step < 0) {
        node = -step
        bitCount -= 8
        continue
      }
      bitCount -= step >>> 8
      pending = bitCount
      scratch[length++] = step & 0xff
      node = 0
    }
  }
  while (bitCount > 0) {
    const step = steps[node + ((bits << (8 - bitCount)) & 0xff)] as number // every node has 256 steps
    if (step <= 0 || step >>> 8 > bitCount) break
    bitCount -= step >>> 8
    pending = bitCount
    scratch[length++] = step & 0xff
    node = 0
  }
  const mask = (1 << pending) - 1
  if (pending > 7 || (bits & mask) !== mask) return undefined
  return scratch.latin1Slice(0, length)
}

/**
 * A tree with 256 branches per node, flat. Positive: a symbol (low 8 bits) and how many of the 8 bits its code uses.
 * Negative: the next node, all 8 bits used. 0: no such code (EOS is none that may occur).
 */
const steps = buildSteps()

function buildSteps(): Int32Array {
  const rows: Int32Array[] = [new Int32Array(256)]
  const { lengths, codes } = huffmanCode
  for (let symbol = 0; symbol < eos; symbol++) {
    let row = rows[0] as Int32Array // made above
    let left = lengths[symbol] as number // one per symbol
    const code = codes[symbol] as number // likewise
    while (left > 8) {
      left -= 8
      const byte = (code >>> left) & 0xff
      if (row[byte] === 0) {
        row[byte] = -(rows.length * 256)
        rows.push(new Int32Array(256))
      }
      row = rows[-(row[byte] as number) / 256] as Int32Array // just made, or before
    }
    const first = (code << (8 - left)) & 0xff
    row.fill((left << 8) | symbol, first, first + (1 << (8 - left)))
  }
  const flat = new Int32Array(rows.length * 256)
  for (const [index, row] of rows.entries()) flat.set(row, index * 256)
  return flat
}

declare global {
  interface Buffer {
    /** Not in the types: what `toString('latin1', …)` calls, without its checks. */
    latin1Slice(from: number, to: number): string
  }
}
