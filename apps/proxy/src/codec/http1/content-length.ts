/** Fifteen digits stay an exact integer. */
const digitsMax = 15

/** The number of `content-length` (RFC 9110 §8.6: digits and nothing else); -1 for anything that is none. */
export function contentLengthOf(value: string): number {
  if (value.length === 0 || value.length > digitsMax) return -1
  let number = 0
  for (let index = 0; index < value.length; index++) {
    const digit = value.charCodeAt(index) - 0x30
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}
