/** Up to this size one conversion and a search in the text are cheaper than a search in the bytes before it. */
const smallBytesMax = 4096
/** Of a first line that comes in pieces. */
const judgedBytesMax = 512

/**
 * The head that begins at `start`, as latin1, up to the end of its last line; '' when it is not whole yet. What follows
 * it in `bytes` begins two bytes behind it.
 */
export function headText(bytes: Buffer, start: number): string {
  if (bytes.length - start <= smallBytesMax) {
    const text = bytes.toString('latin1', start)
    const end = text.indexOf('\r\n\r\n')
    return end < 0 ? '' : text.slice(0, end + 2)
  }
  const end = bytes.indexOf('\r\n\r\n', start, 'latin1')
  return end < 0 ? '' : bytes.toString('latin1', start, end + 2)
}

/**
 * Of a head that is not whole: its first line with its CRLF; '' when that is still to come, or is longer than what other
 * protocols begin with. A long one is judged once, when the head is whole, and not with each byte that drips in.
 */
export function firstLine(bytes: Buffer, start: number): string {
  const end = bytes.subarray(start, start + judgedBytesMax).indexOf('\r\n', 0, 'latin1')
  return end < 0 ? '' : bytes.toString('latin1', start, start + end + 2)
}

/** What is there of a first line that has no end yet, as far as it is judged. */
export function begunLine(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, Math.min(bytes.length, start + judgedBytesMax))
}

/** Of a head that is not whole: a line of it ends in LF alone, and no more bytes would make a head of that. */
export function hasBareLineEnd(bytes: Buffer, start: number): boolean {
  for (let at = bytes.indexOf(0x0a, start); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (at === start || bytes[at - 1] !== 0x0d) return true
  }
  return false
}

/** Behind the empty lines before a request: clients leave some behind a body, or send them to try a connection (RFC 9112 §2.2). */
export function endOfEmptyLines(bytes: Buffer): number {
  let at = 0
  while (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at += 2
  return at
}
