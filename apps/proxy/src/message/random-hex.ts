import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 1024)
let at = pool.length

/** `bytes` random bytes as hex, out of a pool: one call to the system for a thousand ids. */
export function randomHex(bytes: number): string {
  if (at + bytes > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const text = pool.toString('hex', at, at + bytes)
  at += bytes
  return text
}
