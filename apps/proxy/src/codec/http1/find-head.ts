import type { HeadRefusal } from '../head-refusal.ts'
import { headRefusals } from './head-refusals.ts'
import { begunLine, firstLine, hasBareLineEnd, headText } from './head-text.ts'
import { parseRequestLine } from './parse-request-head.ts'
import { RequestHead } from './request-head.ts'

/**
 * The request head that begins at `start`, as `headText` gives it; '' when more of it must come; or why there is no need
 * to wait for more, nor to read it.
 */
export function findHead(bytes: Buffer, start: number, bytesMax: number): string | HeadRefusal {
  const first = bytes[start]
  // No method begins so: a client of something else, of TLS most likely, need not wait for its time to run out.
  if (first !== undefined && first !== 0x0d && (first <= 0x20 || first >= 0x7f)) return headRefusals.method
  const text = headText(bytes, start)
  const size = text === '' ? bytes.length - start : text.length + 2
  if (size > bytesMax) return headRefusals.tooLarge
  return text === '' ? (whyNoRequest(bytes, start) ?? '') : text
}

/**
 * Of a head that is not whole: why no more bytes would make a request of it. Clients of SMTP, SSH or Redis wait for an
 * answer to their first line, and would hold the connection until a timeout if theirs were waited for.
 */
function whyNoRequest(bytes: Buffer, start: number): HeadRefusal | undefined {
  if (hasBareLineEnd(bytes, start)) return headRefusals.bareLineEnd
  const line = firstLine(bytes, start)
  if (line !== '') return parseRequestLine(line, line.length - 2, unread)
  return printable.test(begunLine(bytes, start)) ? undefined : headRefusals.requestLine
}

/** Nobody reads what is written here. */
const unread = new RequestHead()
/** Where a protocol is binary, its first message has no end of a line to wait for. */
const printable = /^[ -~]*\r?$/
