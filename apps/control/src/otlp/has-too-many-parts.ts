import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/**
 * Messages and items of lists in one request. The largest batches that collectors send by themselves, 8,192 spans with ten
 * attributes each, hold 180,000.
 */
export const partsMax = 250_000

/**
 * Says whether a request holds more parts than anybody reports, before one object is made of it. An empty message takes two
 * bytes and costs as much as a full one: two million of them, a few kilobytes when they are packed, would stop the thread that
 * serves everybody for seconds. Throws at what is no protobuf.
 */
export function hasTooManyParts(schema: DescMessage, bytes: Uint8Array, max = partsMax): boolean {
  return countParts(schema, new BinaryReader(bytes), bytes.length, 0, max) > max
}

/** Counts on from `count` to the end of one message; stops beyond `max`. */
function countParts(schema: DescMessage, reader: BinaryReader, end: number, before: number, max: number): number {
  const fields = fieldsOf(schema)
  let count = before
  while (reader.pos < end && count <= max) {
    const [number, wireType] = reader.tag()
    const field = fields.get(number)
    if (field?.message !== undefined && wireType === WireType.LengthDelimited) {
      const length = reader.uint32()
      count = countParts(field.message, reader, reader.pos + length, count + 1, max)
    } else if (field?.fieldKind === 'list' && wireType === WireType.LengthDelimited) {
      count += Math.ceil(reader.bytes().length / bytesMin(field))
    } else {
      if (field?.fieldKind === 'list') count++
      reader.skip(wireType, number)
    }
  }
  return count
}

/** What a number of a list takes at least: histograms are full of doubles. */
function bytesMin({ scalar }: DescField): number {
  if (scalar === ScalarType.DOUBLE || scalar === ScalarType.FIXED64 || scalar === ScalarType.SFIXED64) return 8
  return scalar === ScalarType.FLOAT || scalar === ScalarType.FIXED32 || scalar === ScalarType.SFIXED32 ? 4 : 1
}

const known = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>()

function fieldsOf(schema: DescMessage): ReadonlyMap<number, DescField> {
  const seen = known.get(schema)
  if (seen !== undefined) return seen
  const made = new Map(schema.fields.map((field) => [field.number, field]))
  known.set(schema, made)
  return made
}

/** An object of JSON takes three characters, a brace and a comma among them. */
const marksMax = 2 * partsMax

/** The same for JSON, by the characters that begin or part its values; those within texts count too. */
export function hasTooManyMarks(bytes: Uint8Array, max = marksMax): boolean {
  let count = 0
  for (const byte of bytes) if (byte === 0x7b || byte === 0x5b || byte === 0x2c) count++
  return count > max
}
