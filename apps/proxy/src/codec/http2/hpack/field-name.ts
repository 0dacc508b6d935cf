import { type HeaderName, headerName } from '../../../exchange/header-name.ts'
import { staticTable } from './static-table.ts'

/** What a field means to the codec. Ordinary fields come first: most are. */
export const ORDINARY = 0
export const METHOD = 1
export const SCHEME = 2
export const AUTHORITY = 3
export const PATH = 4
export const STATUS = 5
export const PROTOCOL = 6
/** Only HTTP/1.1 has them (RFC 9113 §8.2.2). */
export const CONNECTION_SPECIFIC = 7
export const TE = 8
export const HOST = 9
export const COOKIE = 10
export const CONTENT_LENGTH = 11
/** A pseudo-header field that is not defined, an upper-case letter, or no token at all. */
export const MALFORMED = 12
export type FieldRole = number

/** The name of a field, known once per process: compared by identity, with what the codec must know about it. */
export class FieldName {
  readonly text: string
  /** The same as header blocks know it. */
  readonly header: HeaderName
  readonly role: FieldRole
  /** First entry of the static table with this name; 0 for none. */
  readonly staticIndex: number
  /** Counts up: tables per connection are arrays over it. −1: not interned. */
  readonly id: number
  /** No hop may put it into a table, whoever sends it (RFC 7541 §7.1.3). */
  readonly isSensitive: boolean
  /** Another value nearly every time: not worth a place in a table. */
  readonly isOneOff: boolean

  constructor(text: string, id: number) {
    this.header = headerName(text)
    this.text = this.header.text
    this.role = roleOf(text)
    this.staticIndex = staticIndexes.get(text) ?? 0
    this.id = id
    this.isSensitive = sensitive.has(text)
    this.isOneOff = oneOff.has(text)
  }
}

const sensitive = new Set(['authorization', 'proxy-authorization'])
const oneOff = new Set(['x-request-id', 'traceparent', 'etag', 'location', 'set-cookie', 'if-none-match', 'range'])
const staticIndexes = new Map<string, number>()
for (const [index, [name]] of staticTable.entries()) {
  if (!staticIndexes.has(name)) staticIndexes.set(name, index + 1)
}

const roles: Readonly<Record<string, FieldRole>> = {
  ':method': METHOD,
  ':scheme': SCHEME,
  ':authority': AUTHORITY,
  ':path': PATH,
  ':status': STATUS,
  ':protocol': PROTOCOL,
  connection: CONNECTION_SPECIFIC,
  'keep-alive': CONNECTION_SPECIFIC,
  'proxy-connection': CONNECTION_SPECIFIC,
  'transfer-encoding': CONNECTION_SPECIFIC,
  upgrade: CONNECTION_SPECIFIC,
  te: TE,
  host: HOST,
  cookie: COOKIE,
  'content-length': CONTENT_LENGTH,
}

/** Lower case only, and no underscore: it reads as a dash to some programs behind us. */
const token = /^[!#$%&'*+\-.^`|~0-9a-z]+$/

function roleOf(text: string): FieldRole {
  return (Object.hasOwn(roles, text) ? roles[text] : undefined) ?? (token.test(text) ? ORDINARY : MALFORMED)
}

const known = new Map<string, FieldName>()
/** Beyond this, names are not remembered: an attacker must not fill memory with them. */
const knownMax = 2048

export function fieldName(text: string): FieldName {
  const seen = known.get(text)
  if (seen !== undefined) return seen
  const isKept = known.size < knownMax && text.length <= 64
  const made = new FieldName(text, isKept ? known.size : -1)
  if (isKept) known.set(text, made)
  return made
}
