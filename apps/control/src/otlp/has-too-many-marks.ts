/** An object of JSON takes three characters, a brace and a comma among them. */
const marksMax = 500_000

/**
 * Says whether JSON holds more than anybody reports, by the characters that begin or part its values; those within texts
 * count too. The counterpart of `hasTooManyParts`.
 */
export function hasTooManyMarks(bytes: Uint8Array, max = marksMax): boolean {
  let count = 0
  for (const byte of bytes) if (byte === 0x7b || byte === 0x5b || byte === 0x2c) count++
  return count > max
}
