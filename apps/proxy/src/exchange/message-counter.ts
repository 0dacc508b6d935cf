/** One byte of flags and four of length stand before each message (gRPC over HTTP/2, Length-Prefixed-Message). */
const prefixBytes = 5

/** Counts the messages of one direction of a call, however its bytes are cut; the bytes themselves are not kept. */
export class MessageCounter {
  /** Of the prefix that is being read. */
  private prefixRead = 0
  private length = 0
  /** Of the message that is being read. */
  private left = 0

  /** How many messages begin in this piece. */
  count(chunk: Buffer): number {
    let messages = 0
    let at = 0
    while (at < chunk.length) {
      if (this.prefixRead < prefixBytes) {
        if (this.prefixRead === 0) messages++
        else this.length = this.length * 256 + (chunk[at] as number) // in range
        this.prefixRead++
        at++
        if (this.prefixRead === prefixBytes) this.left = this.length
      } else {
        const taken = Math.min(this.left, chunk.length - at)
        this.left -= taken
        at += taken
      }
      if (this.prefixRead < prefixBytes || this.left > 0) continue
      this.prefixRead = 0
      this.length = 0
    }
    return messages
  }
}
