import { windowDefault } from './frame.ts'
import type { FrameWriter } from './frame-writer.ts'

/** The receiving half of a connection's flow control: what the peer may send over all streams. */
export class ReceiveFlow {
  private readonly frames: FrameWriter
  private readonly size: number
  private window: number
  private credit = 0

  constructor(frames: FrameWriter, size: number) {
    this.frames = frames
    this.size = Math.max(size, windowDefault)
    this.window = this.size
    if (size > windowDefault) frames.windowUpdate(0, size - windowDefault)
  }

  /** False: more than was allowed. */
  take(bytes: number): boolean {
    this.window -= bytes
    return this.window >= 0
  }

  /** Bytes that were handed on; told in batches of half a window. */
  giveBack(bytes: number): void {
    this.credit += bytes
    if (this.credit * 2 < this.size) return
    this.window += this.credit
    this.frames.windowUpdate(0, this.credit)
    this.credit = 0
  }
}
