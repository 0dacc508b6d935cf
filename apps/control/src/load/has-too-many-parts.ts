import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/**
 * Says whether a message holds more parts than anybody sends, before one object is made of it: messages within it, and items of
 * lists and maps. An empty one takes two bytes and costs as much as a full one: two million of them, a few kilobytes when they
 * are packed, would stop the thread that serves everybody for seconds. Throws at what is no protobuf.
 */
export function hasTooManyParts(schema: DescMessage, bytes: Uint8Array, max: number): boolean {
  return countParts(schema, new BinaryReader(bytes), bytes.length, 0, max) > max
}

/** Counts on from `before` to the end of one message; stops beyond `max`. */
function countParts(schema: DescMessage, reader: BinaryReader, end: number, before: number, max: number): number {
  const fields = fieldsOf(schema)
  let count = before
  while (reader.pos < end && count <= max) {
    const [number, wireType] = reader.tag()
    const field = fields.get(number)
    if (field === undefined || wireType !== WireType.LengthDelimited) {
      if (field?.fieldKind === 'list') count++
      reader.skip(wireType, number)
    } else if (field.fieldKind === 'map') count = countEntry(field.message, reader, count + 1, max)
    else if (field.message !== undefined) {
      const length = reader.uint32()
      count = countParts(field.message, reader, reader.pos + length, count + 1, max)
    } else count += itemsIn(field, reader.bytes().length)
  }
  return count
}

/** One key and its value, which has the field number 2. */
function countEntry(value: DescMessage | undefined, reader: BinaryReader, before: number, max: number): number {
  const length = reader.uint32()
  const end = reader.pos + length
  let count = before
  while (reader.pos < end && count <= max) {
    const [number, wireType] = reader.tag()
    if (value === undefined || number !== 2 || wireType !== WireType.LengthDelimited) reader.skip(wireType, number)
    else {
      const valueLength = reader.uint32()
      count = countParts(value, reader, reader.pos + valueLength, count, max)
    }
  }
  return count
}

/** Of one length-delimited field: a text is one, numbers are packed. */
function itemsIn(field: DescField, length: number): number {
  return field.fieldKind === 'list' ? Math.ceil(length / bytesMin(field)) || 1 : 0
}

/** What an item of a list takes at least: histograms are full of doubles. A text is one however long it is. */
function bytesMin({ scalar }: DescField): number {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return Number.POSITIVE_INFINITY
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 8
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 4
    default:
      return 1
  }
}

const known = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>()

function fieldsOf(schema: DescMessage): ReadonlyMap<number, DescField> {
  const seen = known.get(schema)
  if (seen !== undefined) return seen
  const made = new Map(schema.fields.map((field) => [field.number, field]))
  known.set(schema, made)
  return made
}
