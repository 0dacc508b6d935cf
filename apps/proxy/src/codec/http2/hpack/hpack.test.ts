import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Field } from './field.ts'
import { fieldName } from './field-name.ts'
import { HpackDecoder } from './hpack-decoder.ts'
import { HpackEncoder, roomFor } from './hpack-encoder.ts'

type Pair = readonly [name: string, value: string]

/** The fields of a block; undefined when it is refused. */
function decode(decoder: HpackDecoder, hex: string): Pair[] | undefined {
  const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex')
  const fields: Pair[] = []
  const isFine = decoder.decode(bytes, 0, bytes.length, {
    onField: ({ name, value }) => void fields.push([name.text, value]),
  })
  return isFine ? fields : undefined
}

function encode(encoder: HpackEncoder, fields: readonly Pair[]): Buffer {
  const into = Buffer.alloc(fields.reduce((sum, [name, value]) => sum + roomFor(name, value), 64))
  let at = encoder.begin(into, 0)
  for (const [name, value] of fields) at = encoder.field(fieldName(name), value, into, at)
  return into.subarray(0, at)
}

const get = (path: string, ...more: Pair[]): Pair[] => [
  [':method', 'GET'],
  [':scheme', path === '/' ? 'http' : 'https'],
  [':path', path],
  [':authority', 'www.example.com'],
  ...more,
]

// RFC 7541 appendix C.3 (plain) and C.4 (Huffman).
test.each([
  [
    'plain',
    [
      '828684410f7777772e6578616d706c652e636f6d',
      '828684be58086e6f2d6361636865',
      '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
    ],
  ],
  [
    'Huffman-coded',
    [
      '828684418cf1e3c2e5f23a6ba0ab90f4ff',
      '828684be5886a8eb10649cbf',
      '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
    ],
  ],
])('three requests on one connection, %s, are read as the RFC shows', (_how, [first = '', second = '', third = '']) => {
  const decoder = new HpackDecoder(4096)

  expect(decode(decoder, first)).toEqual(get('/'))
  expect(decode(decoder, second)).toEqual(get('/', ['cache-control', 'no-cache']))
  expect(decode(decoder, third)).toEqual(get('/index.html', ['custom-key', 'custom-value']))
})

// RFC 7541 appendix C.5: a table of 256 bytes, so that entries are evicted.
test('responses that evict entries are read as the RFC shows', () => {
  const decoder = new HpackDecoder(256)
  const fixed: Pair[] = [
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ]

  expect(
    decode(
      decoder,
      `4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54
       6e1768747470733a2f2f7777772e6578616d706c652e636f6d`,
    ),
  ).toEqual([[':status', '302'], ...fixed])
  expect(decode(decoder, '4803333037c1c0bf')).toEqual([[':status', '307'], ...fixed])
  expect(
    decode(
      decoder,
      `88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b485
       14b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31`,
    ),
  ).toEqual([
    [':status', '200'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:22 GMT'],
    ['location', 'https://www.example.com'],
    ['content-encoding', 'gzip'],
    ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
  ])
})

test.each([
  ['index 0', '80'],
  ['an index beyond the tables', 'be'],
  ['a name index beyond the tables', '7e0161'],
  ['an integer without end', 'ffffffffffffffffffffff7f'],
  ['an integer that breaks off', 'ff'],
  ['a string that breaks off', '400a6375'],
  ['a table size update behind a field', '8220'],
  ['a table size above the announced', '3fe21f'],
])('%s is a decoding error', (_what, hex) => {
  expect(decode(new HpackDecoder(4096), hex)).toBeUndefined()
})

test('a table that is made smaller forgets', () => {
  const decoder = new HpackDecoder(4096)
  decode(decoder, '400161016240016301 64')

  expect(decode(decoder, 'be')).toEqual([['c', 'd']])
  expect(decode(decoder, '20be')).toBeUndefined()
})

test('what the encoder writes is what its peer reads, over many blocks and table sizes', () => {
  const name = fc.constantFrom(
    'accept',
    'user-agent',
    'x-a',
    'x-b',
    'cookie',
    'authorization',
    ':status',
    'content-type',
  )
  const value = fc.oneof(
    fc.constantFrom('', 'a', 'text/plain', '200', 'x'.repeat(300)),
    fc.stringMatching(/^[!-~]{0,80}$/),
  )
  const block = fc.array(fc.tuple(name, value), { maxLength: 12 })
  const step = fc.record({ tableSize: fc.option(fc.constantFrom(0, 64, 200, 4096, 100_000)), block })

  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const encoder = new HpackEncoder()
      const decoder = new HpackDecoder(4096)
      for (const each of steps) {
        if (each.tableSize !== null) encoder.resize(each.tableSize)
        expect(decode(decoder, encode(encoder, each.block).toString('hex'))).toEqual(each.block)
      }
    }),
  )
})

test('a field that is sent again takes one byte', () => {
  const encoder = new HpackEncoder()
  const fields: Pair[] = [
    ['user-agent', 'bench/1.0'],
    ['x-team', 'orders'],
  ]
  encode(encoder, fields)

  expect(encode(encoder, fields)).toHaveLength(2)
})

test('credentials never enter a table', () => {
  const encoder = new HpackEncoder()
  const fields: Pair[] = [['authorization', 'Bearer secret']]

  const [first, second] = [encode(encoder, fields), encode(encoder, fields)]

  expect(second).toEqual(first)
  expect((first[0] as number) & 0xf0).toBe(0x10)
})

test("a field that came as never to be indexed is told so, and its name is nobody else's matter", () => {
  const seen: boolean[] = []
  const sink = { onField: ({ isNeverIndexed }: Field) => void seen.push(isNeverIndexed) }
  const block = Buffer.from('1007736563726574310161' + '4007736563726574310162', 'hex')

  new HpackDecoder(4096).decode(block, 0, block.length, sink)
  const written = encode(new HpackEncoder(), [['secret1', 'b']])

  expect(seen).toEqual([true, false])
  expect((written[0] as number) & 0xc0).toBe(0x40)
})

test('four values of a name stay in the table, and the fifth takes the place of the oldest', () => {
  const encoder = new HpackEncoder()
  const lengthOf = (value: string) => encode(encoder, [['x-four', value]]).length

  const first = ['a', 'b', 'c', 'd'].map(lengthOf)
  const again = ['a', 'b', 'c', 'd'].map(lengthOf)
  lengthOf('e')

  expect(first.every((length) => length > 1)).toBe(true)
  expect(again).toEqual([1, 1, 1, 1])
  expect(['b', 'c', 'd', 'e'].map(lengthOf)).toEqual([1, 1, 1, 1])
  expect(lengthOf('a')).toBeGreaterThan(1)
})

test('a literal that comes again is the same field, and nothing else is taken for it', () => {
  // §6.2.2, content-length (28) with plain values; the last but one is "12" again in Huffman's code.
  const taken: Field[] = []
  const decoder = new HpackDecoder(4096)
  for (const hex of ['0f0d023132', '0f0d023132', '0f0d023132', '0f0d023133', '0f0d023132', '0f0d8208bf', '0f0d0131']) {
    const bytes = Buffer.from(hex, 'hex')
    expect(decoder.decode(bytes, 0, bytes.length, { onField: (field) => void taken.push(field) })).toBe(true)
  }

  expect(taken.map(({ value, number }) => [value, number])).toEqual([
    ['12', 12],
    ['12', 12],
    ['12', 12],
    ['13', 13],
    ['12', 12],
    ['12', 12],
    ['1', 1],
  ])
  expect(taken[2]).toBe(taken[0])
})

test('a literal that breaks off is refused, however often it has come whole', () => {
  const decoder = new HpackDecoder(4096)
  for (const hex of ['0f0d023132', '0f0d023132', '0f0d023132']) expect(decode(decoder, hex)).toBeDefined()

  for (const hex of ['0f0d0231', '0f0d02', '0f0d']) expect(decode(new HpackDecoder(4096), hex)).toBeUndefined()
})

test.each([
  ['never to be indexed', '1f0d023132'],
  ['authorization', '0f080161'],
  ['cookie', '0f110161'],
])('no connection remembers a literal that may be secret: %s', (_what, hex) => {
  const taken: Field[] = []
  const bytes = Buffer.from(hex, 'hex')
  for (let time = 0; time < 4; time++) {
    new HpackDecoder(4096).decode(bytes, 0, bytes.length, { onField: (field) => void taken.push(field) })
  }

  expect(new Set(taken).size).toBe(4)
})
