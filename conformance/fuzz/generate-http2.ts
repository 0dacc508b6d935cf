import type { Random } from './random.ts'

/** Frames of RFC 9113 in every order, right ones and wrong ones. */
export function generateFrames(random: Random): Buffer {
  const parts: Buffer[] = []
  for (let count = 1 + random.below(6); count > 0; count--) {
    const id = random.pick([0, 1, 1, 1, 2, 3, 5, 2 ** 31 - 1])
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        parts.push(requestFrame(id, random.chance(0.5)))
        break
      case 3:
        parts.push(frame(0, random.pick([0, 1, 8, 9]), id, random.pick(['', 'hello', '\x01ab', '\xffab'])))
        break
      case 4:
        parts.push(frame(8, 0, id, random.pick(['\0\0\0\x01', '\x7f\xff\xff\xff', '\0\0\0\0', '\0'])))
        break
      case 5:
        parts.push(
          frame(
            4,
            random.pick([0, 1]),
            random.pick([0, id]),
            random.pick(['', '\0\x04\0\0\xff\xff', '\0\x02\0\0\0\x05', '\0']),
          ),
        )
        break
      case 6:
        parts.push(frame(3, 0, id, random.pick(['\0\0\0\x08', '\0\0'])))
        break
      case 7:
        parts.push(frame(9, random.pick([0, 4]), id, random.pick(['', '\x82', '\x84\x86'])))
        break
      case 8:
        parts.push(
          frame(
            random.pick([2, 5, 6, 7, 10, 255]),
            random.below(256),
            random.pick([0, id]),
            'x'.repeat(random.pick([0, 4, 5, 8])),
          ),
        )
        break
      default:
        parts.push(frame(1, random.pick([4, 5, 0, 1, 0x24, 0x2d]), id, block(random.pick(fieldSets))))
    }
  }
  return Buffer.concat(parts)
}

type Pairs = readonly (readonly [string, string])[]
const plain: Pairs = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'test'],
]
const fieldSets: readonly Pairs[] = [
  plain,
  [...plain, ['x-a', 'b']],
  [...plain, ['X-A', 'b']],
  [...plain, ['x-a', 'b\r\nc: d']],
  [...plain, ['x-a', ' b ']],
  [...plain, ['connection', 'close']],
  [...plain, ['te', 'gzip']],
  [...plain, ['te', 'trailers']],
  [...plain, ['host', 'other']],
  [...plain, ['content-length', '5']],
  [...plain, ['content-length', '5, 5']],
  [...plain, ['transfer-encoding', 'chunked']],
  [...plain, [':path', '/again']],
  [['x-a', 'b'], ...plain],
  plain.slice(1),
  [...plain.slice(0, 2), [':path', ''], [':authority', 'test']],
  [...plain.slice(0, 2), [':path', 'a b'], [':authority', 'test']],
  [
    [':method', 'CONNECT'],
    [':authority', 'test:80'],
  ],
  [[':method', 'GE T'], ...plain.slice(1)],
  [...plain, [':unknown', 'x']],
  [...plain, ['cookie', 'a=b'], ['cookie', 'c=d']],
]

/** A whole request without a body, or the beginning of one with. */
export function requestFrame(id: number, isEnd: boolean): Buffer {
  return frame(1, isEnd ? 5 : 4, id, block(plain))
}

/** Literals without indexing, so that a block means the same wherever it stands. */
function block(fields: Pairs): string {
  const length = (text: string) => String.fromCharCode(text.length)
  return fields.map(([name, value]) => `\0${length(name)}${name}${length(value)}${value}`).join('')
}

export function frame(type: number, flags: number, id: number, payload: string): Buffer {
  const bytes = Buffer.alloc(9 + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = type
  bytes[4] = flags
  bytes.writeUInt32BE(id, 5)
  bytes.write(payload, 9, 'latin1')
  return bytes
}
