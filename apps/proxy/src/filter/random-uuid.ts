import { randomFillSync } from 'node:crypto'

const idsAtOnce = 128
const random = Buffer.alloc(16 * idsAtOnce)
const written = Buffer.alloc(36 * idsAtOnce)
const digits = Buffer.from('0123456789abcdef', 'latin1')
let text = ''
let at = 0

/** A UUID of version 4 (RFC 9562 §5.4). Written for many at once: one text, of which each is a slice. */
export function randomUuid(): string {
  if (at === text.length) {
    randomFillSync(random)
    for (let index = 0; index < idsAtOnce; index++) writeId(index)
    text = written.toString('latin1')
    at = 0
  }
  at += 36
  return text.slice(at - 36, at)
}

function writeId(index: number): void {
  let to = index * 36
  for (let octet = 0; octet < 16; octet++) {
    if (octet === 4 || octet === 6 || octet === 8 || octet === 10) written[to++] = 0x2d /* - */
    let byte = random[index * 16 + octet] as number // in range
    if (octet === 6) byte = (byte & 0x0f) | 0x40 // the version
    if (octet === 8) byte = (byte & 0x3f) | 0x80 // the variant
    written[to++] = digits[byte >> 4] as number // sixteen of them
    written[to++] = digits[byte & 15] as number
  }
}
