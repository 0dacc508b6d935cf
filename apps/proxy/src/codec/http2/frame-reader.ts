import { errorCodes } from './error-code.ts'
import { DATA, frameBytesMax, headerBytes, PADDED } from './frame.ts'

/** Takes what the reader finds. `bytes` are lent. */
export type FrameSink = {
  /** A whole frame other than DATA; its payload is `bytes` from `from` to `to`. */
  onFrame(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void
  /** DATA is told in pieces, as it comes: what it counts for flow control, its payload, its end. */
  onDataStart(streamId: number, length: number): void
  onDataPart(payload: Buffer): void
  onDataEnd(flags: number): void
  /** The frame cannot be taken: the connection is over. */
  onBroken(errorCode: number, reason: string): void
}

/** Splits what a socket brings into frames (RFC 9113 §4.1). Copies only what a read cuts in two. */
export class FrameReader {
  private readonly sink: FrameSink
  private isStopped = false
  /** The beginning of a frame whose rest has not come. */
  private held: Buffer | undefined
  private isInData = false
  private dataFlags = 0
  private hasPadLength = false
  private dataLeft = 0
  private padLeft = 0

  constructor(sink: FrameSink) {
    this.sink = sink
  }

  /** Whatever still comes is dropped. */
  stop(): void {
    this.isStopped = true
    this.held = undefined
  }

  read(lent: Buffer): void {
    let at = 0
    while (at < lent.length && !this.isStopped) {
      if (this.isInData) at = this.readData(lent, at)
      else if (this.held !== undefined) at = this.complete(this.held, lent, at)
      else {
        const end = this.begin(lent, at)
        if (end < 0) {
          if (!this.isStopped) this.held = Buffer.from(lent.subarray(at))
          return
        }
        at = end
      }
    }
  }

  /** Handles the frame that begins at `at`; where it ends, or −1 when it is not whole. */
  private begin(bytes: Buffer, at: number): number {
    if (bytes.length - at < headerBytes) return -1
    const length = lengthAt(bytes, at)
    const type = bytes[at + 3] as number // there are 9
    if (length > frameBytesMax) {
      this.stop()
      this.sink.onBroken(errorCodes.frameSizeError, 'frame_too_large')
      return -1
    }
    const flags = bytes[at + 4] as number // there are 9
    const streamId = bytes.readUInt32BE(at + 5) & 0x7fffffff
    const payload = at + headerBytes
    if (type === DATA) {
      this.beginData(flags, streamId, length)
      return payload
    }
    if (bytes.length - payload < length) return -1
    this.sink.onFrame(type, flags, streamId, bytes, payload, payload + length)
    return payload + length
  }

  /** Fills up a frame that was cut, and no more than it: what follows need not be copied. */
  private complete(held: Buffer, lent: Buffer, from: number): number {
    const isHeadWhole = held.length >= headerBytes
    const wanted = isHeadWhole ? headerBytes + lengthAt(held, 0) : headerBytes
    const end = Math.min(lent.length, from + wanted - held.length)
    const joined = Buffer.concat([held, lent.subarray(from, end)])
    this.held = undefined
    if (this.begin(joined, 0) < 0 && !this.isStopped) this.held = joined
    return end
  }

  private beginData(flags: number, streamId: number, length: number): void {
    this.isInData = true
    this.dataFlags = flags
    this.hasPadLength = (flags & PADDED) !== 0
    this.dataLeft = length
    this.padLeft = 0
    if (this.hasPadLength && length === 0) {
      this.stop()
      this.sink.onBroken(errorCodes.frameSizeError, 'padding_without_length')
      return
    }
    this.sink.onDataStart(streamId, length)
    if (length === 0) this.endData()
  }

  private readData(lent: Buffer, from: number): number {
    let at = from
    if (this.hasPadLength) {
      this.hasPadLength = false
      this.padLeft = lent[at++] as number // in range
      this.dataLeft -= 1 + this.padLeft
      if (this.dataLeft < 0) {
        this.stop()
        this.sink.onBroken(errorCodes.protocolError, 'padding_too_long')
        return lent.length
      }
    }
    if (this.dataLeft > 0) {
      const end = Math.min(lent.length, at + this.dataLeft)
      if (end === at) return at
      this.dataLeft -= end - at
      this.sink.onDataPart(lent.subarray(at, end))
      at = end
    }
    if (this.dataLeft === 0) {
      const end = Math.min(lent.length, at + this.padLeft)
      this.padLeft -= end - at
      at = end
      if (this.padLeft === 0) this.endData()
    }
    return at
  }

  private endData(): void {
    this.isInData = false
    if (!this.isStopped) this.sink.onDataEnd(this.dataFlags)
  }
}

function lengthAt(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number) // there are 9
}
