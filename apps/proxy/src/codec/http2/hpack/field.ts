import {
  AUTHORITY,
  CONTENT_LENGTH,
  COOKIE,
  type FieldName,
  fieldName,
  HOST,
  METHOD,
  PATH,
  SCHEME,
  STATUS,
} from './field-name.ts'
import { staticTable } from './static-table.ts'

/** One entry of a table: checked once, when it comes in, and then used by reference. */
export type Field = {
  readonly name: FieldName
  readonly value: string
  readonly isValueValid: boolean
  /** Nothing is wrong with the value but the whitespace around it. */
  readonly isPadded: boolean
  /** The value is one that its name may have, where HTTP/2 has a rule about that. */
  readonly fitsName: boolean
  /** The value of a status or a length as a number; 0 of anything else. */
  readonly number: number
  /** It came in the form that no hop may put into a table (RFC 7541 §6.2.3). */
  readonly isNeverIndexed: boolean
}

export function newField(name: FieldName, value: string, isNeverIndexed = false): Field {
  const isPrintable = hasNoControl(value)
  const isPadded = isPrintable && hasSpaceAround(value)
  const fitsName = fits(name.role, value)
  return {
    name,
    value,
    isValueValid: isPrintable && !isPadded,
    isPadded,
    fitsName,
    number: fitsName && (name.role === STATUS || name.role === CONTENT_LENGTH) ? Number(value) : 0,
    isNeverIndexed,
  }
}

/** By the name's number. What is longer is not kept beyond its connection. */
const latest: (Field | undefined)[] = []
const latestBytesMax = 256

/**
 * The same for what comes into a table. Clients put the same values there: they share the latest of each name, so that it
 * stays in the processor's cache while their connections take turns. What may be secret dies with its connection.
 */
export function tableField(name: FieldName, value: string): Field {
  const { id } = name
  if (id < 0 || name.isSensitive || name.role === COOKIE || value.length > latestBytesMax) return newField(name, value)
  const known = latest[id]
  if (known !== undefined && known.value === value) return known
  const made = newField(name, value)
  latest[id] = made
  return made
}

/** RFC 9113 §8.2.1, and the other controls that RFC 9110 §5.5 forbids. A loop: most values are too short for a regex. */
function hasNoControl(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if ((code < 0x20 && code !== tab) || code === 0x7f) return false
  }
  return true
}

function hasSpaceAround(value: string): boolean {
  return value.length > 0 && (isSpace(value.charCodeAt(0)) || isSpace(value.charCodeAt(value.length - 1)))
}

/** Its own characters without the whitespace around them. What `trim` takes away may be part of a character in UTF-8. */
export function withoutPadding(value: string): string {
  let from = 0
  let to = value.length
  while (from < to && isSpace(value.charCodeAt(from))) from++
  while (to > from && isSpace(value.charCodeAt(to - 1))) to--
  return value.slice(from, to)
}

const tab = 0x09

function isSpace(code: number): boolean {
  return code === 0x20 || code === tab
}

function fits(role: number, value: string): boolean {
  switch (role) {
    case METHOD:
      return methodToken.test(value)
    case SCHEME:
      return value === 'http' || value === 'https'
    case PATH:
      return visible.test(value)
    case AUTHORITY:
    case HOST:
      return hostValue.test(value)
    case STATUS:
      return statusCode.test(value)
    case CONTENT_LENGTH:
      return decimal.test(value)
    default:
      return true
  }
}

const methodToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/
/** No space, no control character, and no fragment: nobody after us would agree on what it means. */
const visible = /^[!"$-~]+$/
const decimal = /^\d{1,15}$/
const statusCode = /^[1-9]\d\d$/
/** uri-host [ ":" port ], whose port may be empty (RFC 3986 §3.2.3), without user information (RFC 9113 §8.3.1). */
const hostValue = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)(?::\d{0,5})?$/

export const staticFields: readonly Field[] = staticTable.map(([name, value]) => newField(fieldName(name), value))

/** RFC 7541 §4.1. */
export function sizeOf(name: string, value: string): number {
  return name.length + value.length + 32
}
