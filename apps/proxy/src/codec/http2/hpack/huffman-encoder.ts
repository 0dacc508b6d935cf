import { huffmanCode } from './huffman-code.ts'

const { lengths, codes } = huffmanCode

/** How many bytes a latin1 string takes when Huffman-coded. */
export function huffmanLength(text: string): number {
  let bits = 0
  for (let index = 0; index < text.length; index++) bits += lengths[text.charCodeAt(index) & 0xff] as number // 256 of them
  return (bits + 7) >>> 3
}

/** Writes a latin1 string Huffman-coded (RFC 7541 §5.2) and returns where it ends. */
export function writeHuffman(text: string, into: Uint8Array, from: number): number {
  let at = from
  let bits = 0
  let bitCount = 0
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index) & 0xff
    let left = lengths[symbol] as number // 256 of them
    const code = codes[symbol] as number // likewise
    // At most 7 bits wait, so that 24 more stay within 31.
    if (left > 24) {
      left -= 8
      bits = (bits << 8) | ((code >>> left) & 0xff)
      into[at++] = (bits >>> bitCount) & 0xff
    }
    bits = (bits << left) | (code & ((1 << left) - 1))
    bitCount += left
    while (bitCount >= 8) {
      bitCount -= 8
      into[at++] = (bits >>> bitCount) & 0xff
    }
  }
  // Padded with the beginning of EOS: ones.
  if (bitCount > 0) into[at++] = ((bits << (8 - bitCount)) | (0xff >>> bitCount)) & 0xff
  return at
}
