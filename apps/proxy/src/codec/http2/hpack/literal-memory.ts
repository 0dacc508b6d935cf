import type { Field } from './field.ts'
import { COOKIE, type FieldName } from './field-name.ts'

/** What a name's literal was the last time, and its coded bytes from the second time on that it was the same. */
type Literal = { field: Field; coded: Uint8Array | undefined }

/** By the name's number. Lengths, paths and types are short; ids are longer, and never the same. */
const last: (Literal | undefined)[] = []
const codedBytesMax = 32

/**
 * Many peers never put a length or a path into the table, and send the same one again: compared by its coded bytes, with
 * the length before them, it needs not be decoded and checked again. Undefined: it is another one.
 */
export function recallLiteral({ id }: FieldName, bytes: Buffer, from: number, to: number): Field | undefined {
  const known = id < 0 ? undefined : last[id]
  const coded = known?.coded
  if (coded === undefined || coded.length !== to - from) return undefined
  for (let at = 0; at < coded.length; at++) if (coded[at] !== bytes[from + at]) return undefined
  return known?.field
}

/** What may be secret dies with its connection. */
export function keepLiteral(name: FieldName, field: Field, bytes: Buffer, from: number, to: number): void {
  const { id } = name
  if (id < 0 || name.isSensitive || name.isOneOff || name.role === COOKIE || to - from > codedBytesMax) return
  const known = last[id]
  if (known === undefined) last[id] = { field, coded: undefined }
  else if (known.field.value !== field.value) {
    known.field = field
    known.coded = undefined
  } else known.coded = Uint8Array.prototype.slice.call(bytes, from, to)
}
