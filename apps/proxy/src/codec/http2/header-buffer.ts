/** Frames that one block may be cut into; empty ones count too. */
const continuationsMax = 64

/** A header block that comes in several frames (RFC 9113 §4.3). Both its bytes and its frames have a limit. */
export class HeaderBuffer {
  /** The stream whose block is under way; 0 for none. */
  streamId = 0
  isEnd = false
  private readonly bytesMax: number
  private parts: Buffer[] = []
  private bytes = 0
  private continuations = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** False: it is too large. */
  begin(streamId: number, isEnd: boolean, bytes: Buffer, from: number, to: number): boolean {
    this.streamId = streamId
    this.isEnd = isEnd
    this.bytes = to - from
    this.continuations = 0
    this.parts = [Buffer.from(bytes.subarray(from, to))]
    return this.bytes <= this.bytesMax
  }

  append(bytes: Buffer, from: number, to: number): boolean {
    this.bytes += to - from
    if (this.bytes > this.bytesMax || ++this.continuations > continuationsMax) return false
    this.parts.push(Buffer.from(bytes.subarray(from, to)))
    return true
  }

  /** The whole block. */
  take(): Buffer {
    const whole = Buffer.concat(this.parts)
    this.parts = []
    this.streamId = 0
    return whole
  }
}
