import type { FieldCase } from '../../config/field-case.ts'
import { CHUNKED, LENGTH, NO_BODY, UNTIL_CLOSE } from '../../message/body-framing.ts'
import type { HeadRefusal } from '../head-refusal.ts'
import { contentLengthOf } from './content-length.ts'
import { headRefusals } from './head-refusals.ts'
import { hasForbiddenCharacter, hasTabInCoding, parseFields } from './parse-fields.ts'
import { readSpelling } from './read-spelling.ts'
import type { ResponseHead } from './response-head.ts'

/**
 * Reads a whole response head as strictly as a request's. `method` is that of the request, which decides whether a
 * body follows (RFC 9112 §6.3). Every refusal is a 502 to the client, and the connection is not used again.
 */
export function parseResponseHead(
  text: string,
  into: ResponseHead,
  method: string,
  countMax: number,
  fieldCase?: FieldCase,
): HeadRefusal | undefined {
  into.reset()
  const refusal =
    readStatusLine(text, into) ??
    parseFields(text, into.line.text.length, into.headers, countMax, into.memory) ??
    readFraming(into, method) ??
    (into.framing === CHUNKED && hasTabInCoding(text) ? headRefusals.transferEncoding : undefined)
  if (fieldCase?.kind === 'kept' && refusal === undefined) {
    into.headers.spelling = readSpelling(text, into.line.text.length, fieldCase)
  }
  return refusal
}

/** An upstream answers most requests with one and the same line. */
function readStatusLine(text: string, into: ResponseHead): HeadRefusal | undefined {
  const { line } = into
  if (line.text === '' || text.slice(0, line.text.length) !== line.text) {
    line.text = ''
    const lineEnd = text.indexOf('\r\n')
    const refusal = parseStatusLine(text, lineEnd, line)
    if (refusal !== undefined) return refusal
    // Copied: a slice would keep the whole head in memory.
    line.text = Buffer.from(text.slice(0, lineEnd + 2), 'latin1').toString('latin1')
  }
  into.minorVersion = line.minorVersion
  into.isKeptAlive = line.minorVersion === 1
  into.status = line.status
  return undefined
}

/** "HTTP/1.1 200 OK"; the reason phrase, and the space before it, may be missing (RFC 9112 §4). */
export function parseStatusLine(text: string, lineEnd: number, into: ResponseHead['line']): HeadRefusal | undefined {
  if (hasForbiddenCharacter(text.slice(0, lineEnd + 2))) return headRefusals.fieldValue
  if (lineEnd < 12 || !text.startsWith('HTTP/1.')) return headRefusals.statusLine
  const minor = text.charCodeAt(7) - zero
  const status = (text.charCodeAt(9) - zero) * 100 + (text.charCodeAt(10) - zero) * 10 + text.charCodeAt(11) - zero
  const isDigits = isDigit(text.charCodeAt(9)) && isDigit(text.charCodeAt(10)) && isDigit(text.charCodeAt(11))
  if ((minor !== 0 && minor !== 1) || text.charCodeAt(8) !== space) return headRefusals.statusLine
  if (!isDigits || status < 100) return headRefusals.statusLine
  if (lineEnd > 12 && text.charCodeAt(12) !== space) return headRefusals.statusLine
  // A bare LF in the reason phrase: only CRLF ends the line.
  if (text.indexOf('\n') < lineEnd) return headRefusals.statusLine
  into.minorVersion = minor
  into.status = status
  return undefined
}

const zero = 0x30
const space = 0x20

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function readFraming(head: ResponseHead, method: string): HeadRefusal | undefined {
  const { names, values, count } = head.headers
  let lengths = 0
  let codings = 0
  for (let index = 0; index < count; index++) {
    const value = values[index] as string // in range
    switch (names[index]) {
      case 'content-length':
        head.contentLength = contentLengthOf(value)
        if (++lengths > 1 || head.contentLength < 0) return headRefusals.contentLength
        break
      case 'transfer-encoding':
        if (++codings > 1 || value.toLowerCase() !== 'chunked') return headRefusals.transferEncoding
        break
      case 'connection':
        readConnection(value, head)
        break
    }
  }
  if (lengths > 0 && codings > 0) return headRefusals.lengthAndCoding
  if (codings > 0 && head.minorVersion === 0) return headRefusals.transferEncoding
  const isInterim = head.status < 200
  // What may have no body must not announce one (RFC 9112 §6.1, RFC 9110 §8.6), and an interim answer is not the last.
  if (codings > 0 && (isInterim || head.status === 204)) return headRefusals.bodyNotAllowed
  if (isInterim && head.contentLength > 0) return headRefusals.bodyNotAllowed
  if (isInterim && head.status !== 101 && !head.isKeptAlive) return headRefusals.lastInterim
  const hasNone = method === 'HEAD' || isInterim || head.status === 204 || head.status === 304
  if (hasNone) head.framing = NO_BODY
  else if (codings > 0) head.framing = CHUNKED
  else if (lengths > 0) head.framing = head.contentLength === 0 ? NO_BODY : LENGTH
  else {
    head.framing = UNTIL_CLOSE
    head.isKeptAlive = false
  }
  return undefined
}

function readConnection(value: string, head: ResponseHead): void {
  for (const option of value.toLowerCase().split(',')) {
    const word = option.trim()
    if (word === 'close') {
      head.isKeptAlive = false
      head.isLast = true
    } else if (word === 'keep-alive') head.isKeptAlive = !head.isLast
  }
}
