import type { HeadRefusal } from '../head-refusal.ts'
import { headRefusals } from './head-refusals.ts'
import { firstLine, hasBareLineEnd, headText } from './head-text.ts'
import { parseStatusLine } from './parse-response-head.ts'
import { ResponseHead } from './response-head.ts'

/**
 * The head of an answer that `bytes` begin with, as `headText` gives it; '' when more of it must come; or why no more bytes
 * would make an answer of it. Servers of SMTP or SSH speak first and wait: their greeting is no slow answer.
 */
export function findResponseHead(bytes: Buffer, bytesMax: number): string | HeadRefusal {
  const text = headText(bytes, 0)
  if ((text === '' ? bytes.length : text.length) > bytesMax) return tooLarge
  return text === '' ? (whyNoAnswer(bytes) ?? '') : text
}

function whyNoAnswer(bytes: Buffer): HeadRefusal | undefined {
  if (hasBareLineEnd(bytes, 0)) return headRefusals.bareLineEnd
  const line = firstLine(bytes, 0)
  if (line !== '') return parseStatusLine(line, line.length - 2, unread)
  const isBegun = version.startsWith(bytes.toString('latin1', 0, version.length))
  return isBegun ? undefined : headRefusals.statusLine
}

const version = 'HTTP/1.'
const tooLarge: HeadRefusal = { status: 502, details: 'headers_too_large' }
/** Nobody reads what is written here. */
const unread = new ResponseHead().line
