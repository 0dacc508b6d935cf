import type { HeadRefusal } from '../head-refusal.ts'
import { headRefusals } from './head-refusals.ts'
import { hasBareLineEnd, headText } from './head-text.ts'

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
  return text === '' && hasBareLineEnd(bytes, start) ? headRefusals.bareLineEnd : text
}
