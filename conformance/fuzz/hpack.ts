import { HpackDecoder } from '../../apps/proxy/src/codec/http2/hpack/hpack-decoder.ts'
import { decodeHuffman } from '../../apps/proxy/src/codec/http2/hpack/huffman-decoder.ts'
import { huffmanLength, writeHuffman } from '../../apps/proxy/src/codec/http2/hpack/huffman-encoder.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { mutateBytes } from './mutate-bytes.ts'
import type { Random } from './random.ts'

const texts = ['', 'a', ':path', 'x-a', 'cookie', 'www.example.com', 'caf\xe9', '\0', 'A'.repeat(200)]

/**
 * Every block is either read or refused, and the table never grows over its limit: what a decoder reads depends on the
 * block and the table alone, so that two decoders that saw the same blocks agree.
 */
export const hpack: FuzzTarget = {
  name: 'hpack',
  seeds: [
    Buffer.from('828684418cf1e3c2e5f23a6ba0ab90f4ff', 'hex'),
    Buffer.from('3fe11f40886375732d746f6d0866696f6f626172', 'hex'),
  ],
  generate: (random, known) =>
    random.chance(0.6)
      ? block(random)
      : mutateBytes(random.pick(known), random, ['\x80', '\xff\xff\xff\xff\x7f', '\x3f\xe1\x1f']),
  check(input) {
    const first = read(input)
    const second = read(input)
    if (first !== second) return `two decoders differ: ${first} and ${second}`
    return literals(input) ?? huffman(input)
  },
}

/** One block twice over the same table: what the first time put in must be found the second time. */
function read(input: Buffer): string {
  const decoder = new HpackDecoder(4096)
  let seen = ''
  for (let time = 0; time < 2; time++) {
    const isFine = decoder.decode(input, 0, input.length, {
      onField: ({ name, value }) => {
        seen += `${name.text}: ${value}\n`
      },
    })
    if (!isFine) return `${seen}refused`
  }
  return seen
}

/**
 * Literals that are never put into the table, of one name (§6.2.2): each is read as what it says, whatever connections have
 * read before it. One that comes again is remembered by its bytes, for the whole process.
 */
function literals(input: Buffer): string | undefined {
  const index = staticNameMin + (input.length % 40)
  const one = input.toString('latin1', 0, valueLengthMax)
  // One that begins alike, one as long, one that is a byte shorter.
  const others = [`${one}a`, `${one.slice(0, -1)}${one.endsWith('a') ? 'b' : 'a'}`, one.slice(1)]
  for (const value of [one, one, one, ...others.flatMap((other) => [other, one, one, one])]) {
    const bytes = Buffer.concat([integer(0, 4, index), integer(0, 7, value.length), Buffer.from(value, 'latin1')])
    let seen: string | undefined
    new HpackDecoder(4096).decode(bytes, 0, bytes.length, {
      onField: (field) => {
        seen = field.value
      },
    })
    if (seen !== value) return `the literal ${JSON.stringify(value)} is read as ${JSON.stringify(seen)}`
  }
  return undefined
}

/** Names of the static table from here on are of ordinary fields. */
const staticNameMin = 15
const valueLengthMax = 30

/** What our encoder codes, our decoder reads back. */
function huffman(input: Buffer): string | undefined {
  const text = input.toString('latin1')
  const coded = Buffer.alloc(huffmanLength(text))
  writeHuffman(text, coded, 0)
  const back = decodeHuffman(coded, 0, coded.length)
  return back === text ? undefined : `Huffman: ${JSON.stringify(text)} came back as ${JSON.stringify(back)}`
}

/** A few representations of RFC 7541 §6, with indices and lengths that are right, or near to it. */
function block(random: Random): Buffer {
  const parts: Buffer[] = []
  for (let count = 1 + random.below(6); count > 0; count--) {
    switch (random.below(5)) {
      case 0:
        parts.push(integer(0x80, 7, random.below(random.chance(0.8) ? 62 : 70)))
        break
      case 1:
        parts.push(integer(0x40, 6, random.chance(0.5) ? 0 : random.below(64)), string(random), string(random))
        break
      case 2:
        parts.push(integer(random.chance(0.5) ? 0x00 : 0x10, 4, random.below(70)), string(random))
        break
      case 3:
        parts.push(integer(0x20, 5, random.pick([0, 100, 4096, 4097, 2 ** 30])))
        break
      default:
        parts.push(Buffer.from([random.below(256)]))
    }
  }
  return Buffer.concat(parts)
}

function string(random: Random): Buffer {
  const text = random.pick(texts)
  const isHuffman = random.chance(0.5)
  const bytes = Buffer.alloc(isHuffman ? huffmanLength(text) : text.length)
  if (isHuffman) writeHuffman(text, bytes, 0)
  else bytes.write(text, 'latin1')
  const length = random.chance(0.9) ? bytes.length : bytes.length + random.below(5)
  return Buffer.concat([integer(isHuffman ? 0x80 : 0, 7, length), bytes])
}

function integer(first: number, bits: number, value: number): Buffer {
  const max = 2 ** bits - 1
  if (value < max) return Buffer.from([first | value])
  const bytes = [first | max]
  let left = value - max
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80)
  bytes.push(left)
  return Buffer.from(bytes)
}
