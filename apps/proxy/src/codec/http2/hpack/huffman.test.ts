import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeHuffman } from './huffman-decoder.ts'
import { huffmanLength, writeHuffman } from './huffman-encoder.ts'

function encode(text: string): Buffer {
  const into = Buffer.alloc(huffmanLength(text))
  expect(writeHuffman(text, into, 0)).toBe(into.length)
  return into
}

// RFC 7541 appendix C.4 and C.6.
test.each([
  ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
  ['no-cache', 'a8eb10649cbf'],
  ['custom-key', '25a849e95ba97d7f'],
  ['custom-value', '25a849e95bb8e8b4bf'],
  ['302', '6402'],
  ['private', 'aec3771a4b'],
  ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
  ['https://www.example.com', '9d29ad171863c78f0b97c8e9ae82ae43d3'],
])('%s is coded as the RFC shows', (text, hex) => {
  expect(encode(text).toString('hex')).toBe(hex)
  const bytes = Buffer.from(hex, 'hex')
  expect(decodeHuffman(bytes, 0, bytes.length)).toBe(text)
})

test('every string of bytes survives', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      const coded = encode(text)
      expect(decodeHuffman(coded, 0, coded.length)).toBe(text)
    }),
  )
})

test.each([
  ['padding of a whole byte', 'f1e3c2e5f23a6ba0ab90f4ffff'],
  ['padding with zeroes', '00'],
  ['EOS', 'fffffffc'],
  ['EOS that fills its bytes', 'ffffffff'],
  ['a code that breaks off', 'ffc0'],
])('%s is refused', (_what, hex) => {
  const bytes = Buffer.from(hex, 'hex')

  expect(decodeHuffman(bytes, 0, bytes.length)).toBeUndefined()
})
