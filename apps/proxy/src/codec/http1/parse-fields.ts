import type { UnderscoreAction } from '../../config/http-chain.ts'
import type { HeaderBlock } from '../../message/header-block.ts'
import { type HeaderName, headerName } from '../../message/header-name.ts'
import type { HeadRefusal } from '../head-refusal.ts'
import type { FieldMemory } from './field-memory.ts'
import { headRefusals } from './head-refusals.ts'

/**
 * Field lines of RFC 9112 §5, strictly: CRLF ends a line and nothing else does, no folding, no space around the name,
 * no control character. `text` is latin1 and ends with the CRLF of the last field line; parsing begins at `from`.
 * `memory` is that of the connection, if there is one. `underscores` is for requests and trailers: in the head of an answer
 * a name with an underscore is nobody's variable.
 */
export function parseFields(
  text: string,
  from: number,
  into: HeaderBlock,
  countMax: number,
  memory?: FieldMemory,
  underscores?: UnderscoreAction,
): HeadRefusal | undefined {
  let at = from
  let isClean = false
  memory?.rewind()
  while (at < text.length) {
    const field = memory?.recall(text, at)
    if (field !== undefined) {
      if (into.count >= countMax) return headRefusals.tooManyFields
      into.appendWritten(field.name, field.value, field.wire)
      at += field.line.length
      continue
    }
    // Asked once for all that is left: lines that are remembered have been looked at.
    if (!isClean && hasForbiddenCharacter(text.slice(at))) return headRefusals.fieldValue
    isClean = true
    // The one character that ends a line is searched for, and the CR before it is asked for: a bare LF ends nothing.
    const end = text.indexOf('\n', at) - 1
    if (end < at || text.charCodeAt(end) !== cr) return headRefusals.bareLineEnd
    const first = text.charCodeAt(at)
    if (first === 0x20 || first === 0x09) return headRefusals.folding
    const colon = text.indexOf(':', at)
    if (colon <= at || colon > end) return headRefusals.fieldName
    const written = text.slice(at, colon)
    const name = known.get(written) ?? readName(written)
    if (name === undefined) return headRefusals.fieldName
    if (name.underscores !== 'none' && underscores !== undefined) {
      if (underscores === 'drop') {
        at = end + 2
        continue
      }
      if (underscores === 'reject' || name.underscores === 'disguise') return headRefusals.underscore
    }
    if (into.count >= countMax) return headRefusals.tooManyFields
    into.appendKnown(name, trimmed(text, colon + 1, end))
    memory?.learn(text.slice(at, end + 2), name)
    at = end + 2
  }
  return undefined
}

const cr = 0x0d

/**
 * True when lines hold what may stand in none: NUL and other controls, DEL, a CR that is not part of CRLF. A control
 * before a LF is left to who reads them: that LF has no CR before it.
 */
export function hasForbiddenCharacter(text: string): boolean {
  return forbidden.test(text)
}

/**
 * A tab beside the coding's name is white space by the grammar, and part of the name to some parsers, llhttp among them:
 * two readings of one framing are one too many.
 */
export function hasTabInCoding(text: string): boolean {
  return text.includes('\t') && tabInCoding.test(text)
}

const tabInCoding = /\r\ntransfer-encoding:[^\r]*\t/i

// One class without an alternative: half as long in V8.
const forbidden = /[^\t\n\x20-\x7e\x80-\xff](?!\n)/

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** By the spelling that came. */
const known = new Map<string, HeaderName>()
/** Beyond this, spellings are not remembered: an attacker must not fill memory with them. */
const knownMax = 2048

/** The name of a spelling; undefined for what is no token (RFC 9110 §5.1). */
function readName(written: string): HeaderName | undefined {
  if (!token.test(written)) return undefined
  const name = headerName(written.toLowerCase())
  // Copied: a slice would keep the whole head that it was cut from in memory.
  if (known.size < knownMax && written.length <= 64) known.set(Buffer.from(written, 'latin1').toString('latin1'), name)
  return name
}

/** Without the optional white space around it (RFC 9112 §5.1). */
function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
