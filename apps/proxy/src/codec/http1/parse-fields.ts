import type { HeaderBlock } from '../../exchange/header-block.ts'
import { type HeadRefusal, headRefusals } from './head-refusal.ts'

/**
 * Field lines of RFC 9112 §5, strictly: CRLF ends a line and nothing else does, no folding, no space around the name,
 * no control character. `text` is latin1 and ends with the CRLF of the last field line; parsing begins at `from`.
 */
export function parseFields(text: string, from: number, into: HeaderBlock, countMax: number): HeadRefusal | undefined {
  let at = from
  while (at < text.length) {
    const end = text.indexOf('\r\n', at)
    if (end < 0) return headRefusals.bareLineEnd
    const first = text.charCodeAt(at)
    if (first === 0x20 || first === 0x09) return headRefusals.folding
    const colon = text.indexOf(':', at)
    if (colon <= at || colon > end) return headRefusals.fieldName
    const name = fieldName(text.slice(at, colon))
    if (name === undefined) return headRefusals.fieldName
    // An underscore reads as a dash to some programs behind us: two names for one header would be one policy too few.
    if (name === '') return headRefusals.underscore
    if (into.count >= countMax) return headRefusals.tooManyFields
    into.append(name, trimmed(text, colon + 1, end))
    at = end + 2
  }
  return undefined
}

/**
 * True when a head holds what may stand in none: NUL and other controls, DEL, a CR or LF that is not part of CRLF.
 * Asked once per head; the lines need not look again.
 */
export function hasForbiddenCharacter(text: string): boolean {
  return forbidden.test(text)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/

const token = /^[!#$%&'*+\-.^`|~0-9A-Za-z]+$/
const known = new Map<string, string>()
/** Beyond this, names are not remembered: an attacker must not fill memory with them. */
const knownMax = 2048

/** The name in lower case; '' for one with an underscore; undefined for what is no token (RFC 9110 §5.1). */
function fieldName(written: string): string | undefined {
  const seen = known.get(written)
  if (seen !== undefined) return seen
  if (written.includes('_')) return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(written) ? '' : undefined
  if (!token.test(written)) return undefined
  const name = written.toLowerCase()
  if (known.size < knownMax && written.length <= 64) {
    // Copied: a slice would keep the whole head that it was cut from in memory.
    known.set(Buffer.from(written, 'latin1').toString('latin1'), Buffer.from(name, 'latin1').toString('latin1'))
  }
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
