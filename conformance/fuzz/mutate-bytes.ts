import type { Random } from './random.ts'

/** A few small changes: bytes flipped, put in, taken out, moved, repeated. */
export function mutateBytes(input: Buffer, random: Random, interesting: readonly string[] = []): Buffer {
  let bytes = Buffer.from(input)
  for (let change = 1 + random.below(4); change > 0; change--) {
    const at = random.below(bytes.length + 1)
    const length = random.below(8)
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    switch (random.below(interesting.length > 0 ? 6 : 5)) {
      case 0:
        if (at < bytes.length) bytes[at] = random.below(256)
        break
      case 1:
        bytes = Buffer.concat([before, Buffer.from([random.below(256)]), after])
        break
      case 2:
        bytes = Buffer.concat([before, after.subarray(length)])
        break
      case 3:
        bytes = Buffer.concat([before, after.subarray(0, length), after])
        break
      case 4:
        bytes = Buffer.concat([before, bytes.subarray(random.below(bytes.length + 1)).subarray(0, length), after])
        break
      default:
        bytes = Buffer.concat([before, Buffer.from(random.pick(interesting), 'latin1'), after])
    }
  }
  return bytes.subarray(0, 256 * 1024)
}
