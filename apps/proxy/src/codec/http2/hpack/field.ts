import { type FieldName, fieldName } from './field-name.ts'
import { staticTable } from './static-table.ts'

/** One entry of a table: checked once, when it comes in, and then used by reference. */
export type Field = {
  readonly name: FieldName
  readonly value: string
  readonly isValueValid: boolean
  /** It came in the form that no hop may put into a table (RFC 7541 §6.2.3). */
  readonly isNeverIndexed: boolean
}

export function newField(name: FieldName, value: string, isNeverIndexed = false): Field {
  return { name, value, isValueValid: !forbidden.test(value), isNeverIndexed }
}

/** RFC 9113 §8.2.1, and the other controls that RFC 9110 §5.5 forbids. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const forbidden = /[\x00-\x08\x0a-\x1f\x7f]|^[ \t]|[ \t]$/

export const staticFields: readonly Field[] = staticTable.map(([name, value]) => newField(fieldName(name), value))

/** RFC 7541 §4.1. */
export function sizeOf(name: string, value: string): number {
  return name.length + value.length + 32
}
