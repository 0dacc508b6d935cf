import { type Framing, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import { opensTunnel } from './opens-tunnel.ts'

/**
 * Whether an answer has a content-length: also one of 0, and of an answer to HEAD and a 304 the length that they do without,
 * where it is known (RFC 9110 §8.6).
 */
export function tellsLength(method: string, status: number, framing: Framing, contentLength: number): boolean {
  if (framing !== NO_BODY) return framing === LENGTH
  if (status === 304) return contentLength > 0
  const mayHaveBody = status >= 200 && status !== 204 && !opensTunnel(method, status)
  return mayHaveBody && (method !== 'HEAD' || contentLength >= 0)
}
