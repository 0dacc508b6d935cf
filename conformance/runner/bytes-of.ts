import type { Bytes } from './scenario-values.ts'

/** The text that a scenario's bytes stand for; one character is one byte. */
export function bytesOf(bytes: Bytes): string {
  if (typeof bytes === 'string') return bytes
  if (Array.isArray(bytes)) return bytes.map(bytesOf).join('')
  return bytesOf(bytes.repeat).repeat(bytes.times)
}
