/** Bytes of the wire, latin1: a text, a text many times, or several of them in a row. */
export type Bytes = string | { repeat: Bytes; times: number } | Bytes[]

/** The text that a scenario's bytes stand for; one character is one byte. */
export function bytesOf(bytes: Bytes): string {
  if (typeof bytes === 'string') return bytes
  if (Array.isArray(bytes)) return bytes.map(bytesOf).join('')
  return bytesOf(bytes.repeat).repeat(bytes.times)
}
