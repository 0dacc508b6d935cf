import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { SeenFields } from './outcome.ts'

const readers = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync }

/** A body without its coding: two libraries write the same text in different bytes. What is in none stays as it came. */
export function plainBody(headers: SeenFields, body: string): string {
  const coding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1]
  const read = coding === undefined ? undefined : readers[coding as keyof typeof readers]
  if (read === undefined || body === '') return body
  try {
    return read(Buffer.from(body, 'latin1')).toString('latin1')
  } catch {
    return body
  }
}
