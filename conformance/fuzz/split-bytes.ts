/** The same bytes in a few parts. Where they are cut depends on the bytes alone, so that a kept input does what it did. */
export function splitBytes(bytes: Buffer): readonly Buffer[] {
  let state = 2166136261
  for (const byte of bytes) state = Math.imul(state ^ byte, 16777619) >>> 0
  const cuts = [0, 1, 2].map((index) => (bytes.length === 0 ? 0 : (state >>> (index * 8)) % (bytes.length + 1)))
  const sorted = [0, ...cuts.sort((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((to, index) => bytes.subarray(sorted[index], to))
}
