import type { HeaderBlock } from '../../message/header-block.ts'
import { WireCount } from '../../message/wire-count.ts'
import { turnMs } from '../turn-end.ts'
import type { FieldWriter } from './field-writer.ts'
import type { FrameWriter } from './frame-writer.ts'
import type { FieldSink } from './hpack/hpack-decoder.ts'
import type { ReceiveFlow } from './receive-flow.ts'
import type { SendFlow } from './send-flow.ts'
import type { SessionOptions } from './session-role.ts'
import type { PeerSettings } from './settings.ts'
import type { StreamTable, TabledStream } from './stream-table.ts'

/** A connection as its streams see it. */
export type StreamSession = {
  readonly options: SessionOptions
  readonly peer: PeerSettings
  readonly frames: FrameWriter
  readonly fields: FieldWriter
  readonly sending: SendFlow
  readonly receiving: ReceiveFlow
  readonly streams: StreamTable<Http2Stream>
  readonly isOver: boolean
  /** The rule that the peer broke, when that is what ended the connection. */
  readonly brokenRule: string | undefined
  /** A stream error (§5.4.2) that the peer made. */
  streamError(stream: Http2Stream, errorCode: number): void
}

/**
 * One stream as the session sees it: its two windows, what waits for them, and which half is closed (RFC 9113 §5.1).
 * Roles add what the frames mean.
 */
export abstract class Http2Stream implements TabledStream {
  readonly session: StreamSession
  readonly sent = new WireCount()
  readonly received = new WireCount()
  id = 0
  openedMs = 0
  /** What we may still send, and what the peer may. */
  sendWindow = 0
  receiveWindow = 0
  isLocalEnded = false
  isRemoteEnded = false
  /** In the session's table. */
  isOpen = false
  /** The peer knows of it: one that it has not heard of must not be reset (§5.1, §6.4). */
  isKnownToPeer = true
  /** For a window, or for the socket. */
  isWaiting = false
  private readonly queue: Buffer[] = []
  private queueFrom = 0
  private endsAfterQueue = false
  private trailersAfterQueue: HeaderBlock | undefined
  /** Received and not given back to the peer's window yet, because whoever takes it is behind. */
  private withheld = 0
  private credit = 0
  private isPaused = false

  constructor(session: StreamSession) {
    this.session = session
  }

  /** Takes the place in the session's table for a new message exchange. */
  open(id: number): void {
    const { session } = this
    this.id = id
    this.openedMs = turnMs()
    this.sent.reset()
    this.received.reset()
    this.sendWindow = session.peer.initialWindow
    this.receiveWindow = session.options.streamWindow
    this.isLocalEnded = false
    this.isRemoteEnded = false
    this.isOpen = true
    this.isKnownToPeer = true
    if (this.queue.length > 0) this.queue.length = 0
    this.queueFrom = 0
    this.endsAfterQueue = false
    this.trailersAfterQueue = undefined
    this.withheld = 0
    this.credit = 0
    this.isPaused = false
    this.isWaiting = false
    session.streams.add(this)
  }

  // ── what the role does ──────────────────────────────────────────────────────────────────────────────────────────

  /** A block on an open stream begins: where its fields go. */
  abstract fieldSink(): FieldSink & { readonly bytes: number }
  /** That block is whole. */
  abstract onBlock(isEnd: boolean): void
  abstract onData(payload: Buffer): void
  abstract onRemoteEnd(): void
  /** The peer, a rule or the end of the connection took it away. It is out of the table already. */
  abstract onGone(errorCode: number, isOurs: boolean, isOver: boolean): void
  /** It may send again. */
  abstract onWritable(): void
  /** Both halves are closed in good order, or `onGone` is done. */
  abstract onReleased(): void

  // ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** False: wait for `onWritable`. The chunk is lent. */
  write(chunk: Buffer): boolean {
    if (!this.isOpen || this.isLocalEnded || this.endsAfterQueue || chunk.length === 0) return true
    if (this.queue.length > 0) {
      this.queue.push(Buffer.from(chunk))
      return false
    }
    const sent = this.session.sending.data(this, chunk, 0, chunk.length)
    if (sent < chunk.length) {
      this.queue.push(Buffer.from(chunk.subarray(sent)))
      this.isWaiting = true
      this.session.sending.block(this)
      return false
    }
    if (!this.session.sending.awaitDrain(this)) return true
    this.isWaiting = true
    return false
  }

  /** Nothing more is sent; what waits for a window goes first. */
  finish(trailers: HeaderBlock | undefined): void {
    if (!this.isOpen || this.isLocalEnded) return
    if (this.queue.length > 0) {
      this.endsAfterQueue = true
      // Whoever they came from may be serving another message by then.
      this.trailersAfterQueue = trailers?.copy()
      return
    }
    this.session.sending.end(this, trailers)
    this.localEnded()
  }

  /** A window has opened: sends what fits, at most `bytesMax`. Returns how much it sent. */
  flushQueue(bytesMax: number): number {
    let total = 0
    while (this.queue.length > 0 && total < bytesMax) {
      const chunk = this.queue[0] as Buffer // there is one
      const to = Math.min(chunk.length, this.queueFrom + bytesMax - total)
      const sent = this.session.sending.data(this, chunk, this.queueFrom, to)
      total += sent
      this.queueFrom += sent
      if (this.queueFrom < chunk.length) {
        if (sent === 0) break
        continue
      }
      this.queue.shift()
      this.queueFrom = 0
    }
    if (this.queue.length > 0) return total
    this.session.sending.unblock(this)
    if (this.endsAfterQueue) {
      this.session.sending.end(this, this.trailersAfterQueue)
      this.localEnded()
    } else this.wake()
    return total
  }

  wake(): void {
    if (!this.isWaiting) return
    this.isWaiting = false
    this.onWritable()
  }

  /** END_STREAM is written. */
  localEnded(): void {
    this.isLocalEnded = true
    if (this.isRemoteEnded) this.session.streams.release(this)
  }

  /** END_STREAM has come; call when the role knows. */
  remoteEnded(): void {
    this.isRemoteEnded = true
    if (this.isLocalEnded && this.isOpen) this.session.streams.release(this)
  }

  // ── receiving ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Stops giving the peer window for what comes: at most one window's worth follows. */
  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    const bytes = this.withheld
    this.withheld = 0
    if (bytes > 0 && this.isOpen) this.giveBack(bytes, this.isRemoteEnded)
  }

  /** A DATA frame of that length has been handed on. */
  handedOn(bytes: number, isLast: boolean): void {
    if (bytes === 0) return
    if (this.isPaused) this.withheld += bytes
    else this.giveBack(bytes, isLast)
  }

  /** What a stream that is over still owes the connection's window. */
  takeWithheld(): number {
    const bytes = this.withheld
    this.withheld = 0
    return bytes
  }

  private giveBack(bytes: number, isLast: boolean): void {
    const { session } = this
    session.receiving.giveBack(bytes)
    if (isLast) return
    this.credit += bytes
    // In batches: one update for half a window.
    if (this.credit * 2 < session.options.streamWindow) return
    this.receiveWindow += this.credit
    session.frames.windowUpdate(this.id, this.credit)
    this.credit = 0
  }
}
