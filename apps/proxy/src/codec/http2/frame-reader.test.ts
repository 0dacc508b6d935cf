import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DATA, END_STREAM, HEADERS, PADDED, PING } from './frame.ts'
import { FrameReader } from './frame-reader.ts'

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = type
  header[4] = flags
  header.writeUInt32BE(streamId, 5)
  return Buffer.concat([header, payload])
}

/** What the reader tells, DATA put together again. */
function read(parts: readonly Buffer[]): string[] {
  const told: string[] = []
  let data = ''
  const reader = new FrameReader({
    onFrame: (type, flags, streamId, bytes, from, to) =>
      told.push(`${type}/${flags}/${streamId} ${bytes.toString('latin1', from, to)}`),
    onDataStart: (streamId, length) => {
      data = `data ${streamId} ${length} `
    },
    onDataPart: (payload) => {
      data += payload.toString('latin1')
    },
    onDataEnd: (flags) => told.push(`${data} ${flags}`),
    onBroken: (code, reason) => told.push(`broken ${code} ${reason}`),
  })
  for (const part of parts) reader.read(Buffer.from(part))
  return told
}

test('frames are the same however the bytes are cut', () => {
  const wire = Buffer.concat([
    frame(HEADERS, 4, 1, Buffer.from('block')),
    frame(DATA, PADDED, 1, Buffer.from('\x03hello...', 'latin1')),
    frame(DATA, 0, 1, Buffer.alloc(0)),
    frame(PING, 0, 0, Buffer.from('12345678')),
    frame(DATA, END_STREAM | PADDED, 1, Buffer.from([0])),
    frame(0x42, 7, 9, Buffer.alloc(0)),
  ])
  const whole = read([wire])

  expect(whole).toEqual(['1/4/1 block', 'data 1 9 hello 8', 'data 1 0  0', '6/0/0 12345678', 'data 1 1  9', '66/7/9 '])
  fc.assert(
    fc.property(fc.array(fc.nat(wire.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), wire.length]
      expect(read(at.slice(1).map((end, index) => wire.subarray(at[index], end)))).toEqual(whole)
    }),
  )
})

test.each([
  ['a frame above the announced size', frame(HEADERS, 4, 1, Buffer.alloc(16_385)), 'broken 6 frame_too_large'],
  ['padding as long as its frame', frame(DATA, PADDED, 1, Buffer.from([2, 0])), 'broken 1 padding_too_long'],
  ['padding without a length', frame(DATA, PADDED, 1, Buffer.alloc(0)), 'broken 6 padding_without_length'],
])('%s ends the connection', (_what, bytes, expected) => {
  const told = read([Buffer.concat([bytes, frame(PING, 0, 0, Buffer.alloc(8))])])

  expect(told).toEqual([expected])
})
