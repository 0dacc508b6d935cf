/** One byte of flags and four of length stand before each message (gRPC over HTTP/2, Length-Prefixed-Message). */
const prefixBytes = 5

export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, prefixBytes)
  return frame
}

/** Puts messages together out of the pieces that arrive. A message that is compressed or too large is an error. */
export class MessageReader {
  private readonly bytesMax: number
  private parts: Buffer[] = []
  private length = 0
  /** So many bytes make it worth looking: a large message is joined once, not with every piece. */
  private needed = prefixBytes

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** Half a message is there: the stream may not end here. */
  get isInside(): boolean {
    return this.length > 0
  }

  /** The piece is lent. Returns why the stream cannot be read on, or undefined. */
  push(piece: Buffer, onMessage: (message: Buffer) => void): string | undefined {
    this.parts.push(Buffer.from(piece))
    this.length += piece.length
    if (this.length < this.needed) return undefined
    const bytes = Buffer.concat(this.parts)
    let at = 0
    this.needed = prefixBytes
    while (bytes.length - at >= prefixBytes) {
      if (bytes[at] !== 0) return 'a compressed message, though none was asked for'
      const size = bytes.readUInt32BE(at + 1)
      if (size > this.bytesMax) return `a message of ${size} bytes, more than ${this.bytesMax}`
      if (bytes.length - at < prefixBytes + size) {
        this.needed = prefixBytes + size
        break
      }
      onMessage(bytes.subarray(at + prefixBytes, at + prefixBytes + size))
      at += prefixBytes + size
    }
    this.length = bytes.length - at
    this.parts = this.length === 0 ? [] : [bytes.subarray(at)]
    return undefined
  }
}
