import { CHUNKED, LENGTH, NO_BODY, UNTIL_CLOSE } from '../../exchange/body-framing.ts'
import { type HeadRefusal, headRefusals } from './head-refusal.ts'
import { hasForbiddenCharacter, parseFields } from './parse-fields.ts'
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
): HeadRefusal | undefined {
  into.reset()
  if (hasForbiddenCharacter(text)) return headRefusals.fieldValue
  const lineEnd = text.indexOf('\r\n')
  return (
    parseStatusLine(text, lineEnd, into) ??
    parseFields(text, lineEnd + 2, into.headers, countMax) ??
    readFraming(into, method)
  )
}

/** "HTTP/1.1 200 OK"; the reason phrase, and the space before it, may be missing. */
function parseStatusLine(text: string, lineEnd: number, into: ResponseHead): HeadRefusal | undefined {
  const match = statusLine.exec(lineEnd < 0 ? '' : text.slice(0, lineEnd))
  if (match === null) return headRefusals.statusLine
  into.minorVersion = match[1] === '1' ? 1 : 0
  into.isKeptAlive = into.minorVersion === 1
  into.status = Number(match[2])
  return undefined
}

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: .*)?$/

function readFraming(head: ResponseHead, method: string): HeadRefusal | undefined {
  const { names, values, count } = head.headers
  let lengths = 0
  let codings = 0
  for (let index = 0; index < count; index++) {
    const value = values[index] as string // in range
    switch (names[index]) {
      case 'content-length':
        if (++lengths > 1 || !/^\d{1,15}$/.test(value)) return headRefusals.contentLength
        head.contentLength = Number(value)
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
  const hasNone = method === 'HEAD' || head.status < 200 || head.status === 204 || head.status === 304
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
    if (word === 'close') head.isKeptAlive = false
    else if (word === 'keep-alive') head.isKeptAlive = true
  }
}
