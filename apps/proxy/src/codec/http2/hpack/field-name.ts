import { type HeaderName, headerName, namesMax } from '../../../message/header-name.ts'
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
/** With an underscore, and one that is the disguise of another field. */
export const UNDERSCORED = 12
export const DISGUISED = 13
/** A pseudo-header field that is not defined, an upper-case letter, or no token at all. */
export const MALFORMED = 14
export type FieldRole = number

/** The name of a field, known once per process: compared by identity, with what the codec must know about it. */
export class FieldName {
  readonly text: string
  /** The same as header blocks know it. */
  readonly header: HeaderName
  readonly role: FieldRole
  /** First entry of the static table with this name; 0 for none. */
  readonly staticIndex: number
  /** Counts up: tables per connection are arrays over it. −1: not remembered. */
  readonly id: number
  /** Entries of the static table with this name and a value. */
  readonly statics: readonly StaticEntry[]
  /** No hop may put it into a table, whoever sends it (RFC 7541 §7.1.3). */
  readonly isSensitive: boolean
  /** Another value nearly every time: not worth a place in a table. */
  readonly isOneOff: boolean

  constructor(header: HeaderName, id: number) {
    const { text } = header
    this.header = header
    this.text = text
    this.role = roleOf(header)
    this.staticIndex = staticIndexes.get(text) ?? 0
    this.statics = staticEntries.get(text) ?? []
    this.id = id
    this.isSensitive = sensitive.has(text)
    this.isOneOff = oneOff.has(text)
  }
}

const sensitive = new Set(['authorization', 'proxy-authorization'])
const oneOff = new Set(['x-request-id', 'traceparent', 'etag', 'location', 'set-cookie', 'if-none-match', 'range'])
/** Where a name and value stand in the static table, counted from 1. */
export type StaticEntry = { readonly value: string; readonly index: number }

const staticIndexes = new Map<string, number>()
const staticEntries = new Map<string, StaticEntry[]>()
for (const [index, [name, value]] of staticTable.entries()) {
  if (!staticIndexes.has(name)) staticIndexes.set(name, index + 1)
  if (value !== '') staticEntries.set(name, [...(staticEntries.get(name) ?? []), { value, index: index + 1 }])
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

/** Lower case only. */
const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
const rolesByUnderscores = { none: ORDINARY, some: UNDERSCORED, disguise: DISGUISED } as const

function roleOf({ text, underscores }: HeaderName): FieldRole {
  const special = Object.hasOwn(roles, text) ? roles[text] : undefined
  return special ?? (token.test(text) ? rolesByUnderscores[underscores] : MALFORMED)
}

/** By the id of a header name. */
const known = new Array<FieldName | undefined>(namesMax).fill(undefined)
let knownCount = 0

export function fieldName(text: string): FieldName {
  return fieldNameOf(headerName(text))
}

/** Made once for each header name that is remembered. */
export function fieldNameOf(header: HeaderName): FieldName {
  const { id } = header
  if (id < 0) return new FieldName(header, -1)
  const seen = known[id]
  if (seen !== undefined) return seen
  const made = new FieldName(header, knownCount++)
  known[id] = made
  return made
}
