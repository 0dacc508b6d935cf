import { deflateRawSync, constants as zlib } from 'node:zlib'

/** What a client writes behind its handshake, and how many frames of the server's it waits for before it says goodbye. */
export type FrameCase = {
  readonly name: string
  readonly extensions?: string
  readonly writes: readonly Buffer[]
  /** 0 where the server ends the connection by itself. */
  readonly awaits: number
}

type FrameOptions = { readonly isLast?: boolean; readonly reserved?: number; readonly isMasked?: boolean }

const TEXT = 1
const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10

/** One frame (RFC 6455 §5.2), masked as a client must. */
function frame(opcode: number, payload: string | Buffer, options: FrameOptions = {}): Buffer {
  const { isLast = true, reserved = 0, isMasked = true } = options
  const bytes = Buffer.from(payload)
  const length = bytes.length < 126 ? Buffer.alloc(1) : Buffer.alloc(bytes.length < 65_536 ? 3 : 9)
  if (length.length === 1) length[0] = bytes.length
  else if (length.length === 3) {
    length[0] = 126
    length.writeUInt16BE(bytes.length, 1)
  } else {
    length[0] = 127
    length.writeBigUInt64BE(BigInt(bytes.length), 1)
  }
  const mask = isMasked ? Buffer.from([0x12, 0x34, 0x56, 0x78]) : Buffer.alloc(0)
  if (isMasked) {
    length[0] = (length[0] as number) | 0x80 // it has a byte at least
    for (let index = 0; index < bytes.length; index++)
      bytes[index] = (bytes[index] as number) ^ (mask[index & 3] as number) // in range
  }
  return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | (reserved << 4) | opcode]), length, mask, bytes])
}

export function closing(code: number, reason: string | Buffer = ''): Buffer {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return frame(CLOSE, Buffer.concat([payload, Buffer.from(reason)]))
}

const part = (opcode: number, payload: string | Buffer) => frame(opcode, payload, { isLast: false })
const sliced = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))

/** Deflated as permessage-deflate has it (RFC 7692 §7.2.1). */
function deflated(payload: Buffer): Buffer {
  return deflateRawSync(payload, { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, -4)
}

const echoed = (name: string, writes: readonly Buffer[], awaits = 1): FrameCase => ({ name, writes, awaits })
const refused = (name: string, ...writes: readonly Buffer[]): FrameCase => ({ name, writes, awaits: 0 })

/** The ground that the Autobahn test suite covers, group by group. */
export const frameCases: readonly FrameCase[] = [
  // 1: framing
  ...[0, 125, 126, 127, 128, 65_535, 65_536, 1_000_000].flatMap((size) => [
    echoed(`text of ${size}`, [frame(TEXT, '*'.repeat(size))]),
    echoed(`binary of ${size}`, [frame(BINARY, Buffer.alloc(size, 0xfe))]),
  ]),
  echoed('text in slices of 997 bytes', sliced(frame(TEXT, '*'.repeat(65_535)), 997)),
  // 2: pings and pongs
  ...[0, 5, 125].map((size) => echoed(`a ping of ${size}`, [frame(PING, 'p'.repeat(size))])),
  echoed(
    'ten pings in slices of a byte',
    sliced(Buffer.concat(Array.from({ length: 10 }, (_, n) => frame(PING, `${n}`))), 1),
    10,
  ),
  echoed('a pong that nobody asked for', [frame(PONG, 'x'), frame(TEXT, 'y')]),
  refused('a ping that is too long', frame(PING, 'p'.repeat(126))),
  // 3: reserved bits
  ...[1, 2, 3, 4, 5, 6, 7].map((reserved) => refused(`reserved bits ${reserved}`, frame(TEXT, 'x', { reserved }))),
  // 4: opcodes
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => refused(`opcode ${opcode}`, frame(opcode, 'x'))),
  // 5: fragmentation
  echoed('fragments with a ping between them', [part(TEXT, 'one '), frame(PING, 'p'), frame(0, 'two')], 2),
  echoed('two hundred fragments', [
    part(TEXT, 'a'),
    ...Array.from({ length: 198 }, () => part(0, 'b'.repeat(500))),
    frame(0, 'c'),
  ]),
  refused('a ping in fragments', part(PING, 'x'), frame(0, 'y')),
  refused('a continuation of nothing', frame(0, 'x')),
  refused('a text within fragments', part(TEXT, 'x'), frame(TEXT, 'y')),
  // 6: UTF-8
  echoed('text beyond ASCII', [frame(TEXT, 'κόσμε 𝄞')]),
  echoed('a character in two fragments', [part(TEXT, Buffer.from([0xce])), frame(0, Buffer.from([0xba]))]),
  refused('text that is no UTF-8', frame(TEXT, Buffer.from([0xce, 0xba, 0xed, 0xa0, 0x80]))),
  // 7: closing
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code) =>
    refused(`close ${code}`, closing(code, 'why')),
  ),
  ...[0, 999, 1004, 1005, 1006, 1016, 2999, 5000, 65_535].map((code) =>
    refused(`close ${code}, which is none`, closing(code)),
  ),
  refused('close without a code', frame(CLOSE, '')),
  refused('close with half a code', frame(CLOSE, 'x')),
  refused('close with the longest reason', closing(1000, 'x'.repeat(123))),
  refused('close with a reason that is too long', closing(1000, 'x'.repeat(124))),
  refused('close with a reason that is no UTF-8', closing(1000, Buffer.from([0xff]))),
  refused('text behind a close', Buffer.concat([closing(1000), frame(TEXT, 'x')])),
  // 9: sizes
  echoed('a message of 4 MiB', [frame(BINARY, Buffer.alloc(4 * 1024 * 1024, 7))]),
  echoed('a message of 1 MiB in fragments of 64 KiB', [
    part(BINARY, Buffer.alloc(65_536, 1)),
    ...Array.from({ length: 14 }, () => part(0, Buffer.alloc(65_536, 2))),
    frame(0, Buffer.alloc(65_536, 3)),
  ]),
  // 10: no mask, and a length that is none
  refused('a frame without a mask', frame(TEXT, 'x', { isMasked: false })),
  refused('a length of 2⁶³', Buffer.from([0x82, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])),
  // 12, 13: permessage-deflate
  ...['', '; client_max_window_bits', '; server_no_context_takeover; server_max_window_bits=9'].map((parameters) => ({
    name: `a deflated message${parameters}`,
    extensions: `permessage-deflate${parameters}`,
    writes: [frame(BINARY, deflated(Buffer.alloc(100_000, 5)), { reserved: 4 })],
    awaits: 1,
  })),
  {
    name: 'what is not deflated and says that it is',
    extensions: 'permessage-deflate',
    writes: [frame(TEXT, Buffer.from([0xff, 0xff, 0xff]), { reserved: 4 })],
    awaits: 0,
  },
]
