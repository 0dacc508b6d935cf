import type { HeaderBlock } from '../../message/header-block.ts'
import type { WireCount } from '../../message/wire-count.ts'
import type { FieldWriter } from './field-writer.ts'
import { END_STREAM, frameBytesMax, headerBytes, windowDefault, windowMax } from './frame.ts'
import type { TurnWriter } from './turn-writer.ts'

/** A stream as the window and the socket know it that it waits for. */
export type WaitingStream = {
  readonly id: number
  readonly sent: WireCount
  /** What the peer allows it. */
  sendWindow: number
  /** The socket takes more again. */
  wake(): void
  /** Sends what fits of what waits, at most so much; how much that was. */
  flushQueue(bytesMax: number): number
}

/** The sending half of a connection's flow control (RFC 9113 §5.2), and who waits for it. */
export class SendFlow {
  /** DATA frames so far. */
  frames = 0
  private readonly writer: TurnWriter
  private readonly fields: FieldWriter
  /** Streams that wait for a window, and those that wait for the socket. */
  private readonly blocked = new Set<WaitingStream>()
  private readonly undrained = new Set<WaitingStream>()
  private window = windowDefault

  constructor(writer: TurnWriter, fields: FieldWriter) {
    this.writer = writer
    this.fields = fields
  }

  /** Sends as far as both windows allow; how much that was. */
  data(stream: WaitingStream, chunk: Buffer, from: number, to: number): number {
    let at = from
    while (at < to) {
      const length = Math.min(to - at, this.window, stream.sendWindow, frameBytesMax)
      if (length <= 0) break
      this.writer.data(stream.id, chunk, at, at + length, 0)
      this.frames++
      stream.sent.bytes += headerBytes + length
      this.window -= length
      stream.sendWindow -= length
      at += length
    }
    return at - from
  }

  end(stream: WaitingStream, trailers: HeaderBlock | undefined): void {
    if (trailers !== undefined) this.fields.trailers(stream, trailers)
    else if (!this.writer.endLastData(stream.id)) {
      stream.sent.bytes += headerBytes
      this.writer.data(stream.id, nothing, 0, 0, END_STREAM)
    }
  }

  /** The stream has bytes that no window allows. */
  block(stream: WaitingStream): void {
    this.blocked.add(stream)
  }

  unblock(stream: WaitingStream): void {
    this.blocked.delete(stream)
  }

  /** True when the socket has all it can take: the stream is woken when it has drained. */
  awaitDrain(stream: WaitingStream): boolean {
    if (this.writer.hasRoom) return false
    this.undrained.add(stream)
    return true
  }

  forget(stream: WaitingStream): void {
    this.blocked.delete(stream)
    this.undrained.delete(stream)
  }

  drained(): void {
    for (const stream of [...this.undrained]) {
      this.undrained.delete(stream)
      if (!this.blocked.has(stream)) stream.wake()
    }
    this.resume()
  }

  /** False: the window would be larger than there may be. */
  widen(increment: number): boolean {
    if (this.window + increment > windowMax) return false
    this.window += increment
    this.resume()
    return true
  }

  widenStream(stream: WaitingStream, increment: number): boolean {
    if (stream.sendWindow + increment > windowMax) return false
    stream.sendWindow += increment
    // A window says what the peer allows, and not that it reads: what the socket does not take waits in the stream.
    if (this.blocked.has(stream) && this.writer.hasRoom) stream.flushQueue(Number.POSITIVE_INFINITY)
    return true
  }

  /** The connection's window in turns: nobody gets more than one frame before the others. */
  resume(): void {
    for (let hasSent = true; hasSent && this.blocked.size > 0 && this.window > 0; ) {
      hasSent = false
      for (const stream of [...this.blocked]) {
        if (!this.writer.hasRoom) return
        if (stream.flushQueue(frameBytesMax) > 0) hasSent = true
      }
    }
  }
}

const nothing = Buffer.alloc(0)
