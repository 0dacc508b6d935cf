import { type Framing, LENGTH, NO_BODY } from '../../exchange/body-framing.ts'

/** Whether an answer has a content-length: also one of 0, and one to HEAD where it is known (RFC 9110 §8.6). */
export function tellsLength(method: string, status: number, framing: Framing, contentLength: number): boolean {
  if (framing !== NO_BODY) return framing === LENGTH
  // What follows a success to CONNECT is the tunnel (RFC 9110 §9.3.6).
  const isTunnel = method === 'CONNECT' && status >= 200 && status < 300
  const mayHaveBody = status >= 200 && status !== 204 && status !== 304 && !isTunnel
  return mayHaveBody && (method !== 'HEAD' || contentLength >= 0)
}
