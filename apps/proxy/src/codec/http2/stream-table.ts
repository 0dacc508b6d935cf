import { windowMax } from './frame.ts'
import type { Http2Stream } from './http2-stream.ts'
import { OpenStreams } from './open-streams.ts'
import type { Session } from './session.ts'

/** So many of the streams that we have reset are remembered: what the peer sent before it knew is not its fault (§5.1). */
const recentlyResetMax = 128

/** The open streams of a connection, and the ways out of it. */
export class StreamTable {
  private readonly session: Session
  private readonly open = new OpenStreams<Http2Stream>()
  private readonly recentlyReset = new Set<number>()

  constructor(session: Session) {
    this.session = session
  }

  get size(): number {
    return this.open.size
  }

  get(streamId: number): Http2Stream | undefined {
    return this.open.get(streamId)
  }

  all(): Http2Stream[] {
    return this.open.all()
  }

  add(stream: Http2Stream): void {
    this.open.add(stream)
  }

  /** Gives a stream that the peer has not heard of a later number: those before it may have been told already (§5.1.1). */
  renumber(stream: Http2Stream, streamId: number): void {
    this.open.remove(stream)
    stream.id = streamId
    this.add(stream)
  }

  wasReset(streamId: number): boolean {
    return this.recentlyReset.has(streamId)
  }

  /** Both halves are closed. */
  release(stream: Http2Stream): void {
    this.leave(stream)
    stream.onReleased()
  }

  /** Ends a stream from our side; the role is told. */
  reset(stream: Http2Stream, errorCode: number): void {
    if (!stream.isOpen) return
    this.tell(stream, errorCode)
    this.remove(stream, errorCode, true)
  }

  /** Resets without telling the role: it knows. */
  drop(stream: Http2Stream, errorCode: number): void {
    if (!stream.isOpen) return
    this.tell(stream, errorCode)
    this.leave(stream)
    stream.onReleased()
  }

  /** RST_STREAM alone, also for a stream that never got in here. */
  refuse(streamId: number, errorCode: number): void {
    if (this.recentlyReset.size >= recentlyResetMax) {
      for (const oldest of this.recentlyReset) {
        this.recentlyReset.delete(oldest)
        break
      }
    }
    this.recentlyReset.add(streamId)
    this.session.frames.reset(streamId, errorCode)
  }

  /** The peer, or the end of the connection, took it away. */
  remove(stream: Http2Stream, errorCode: number, isOurs: boolean): void {
    if (!stream.isOpen) return
    this.leave(stream)
    stream.onGone(errorCode, isOurs)
    stream.onReleased()
  }

  removeAll(errorCode: number): void {
    for (const stream of this.all()) this.remove(stream, errorCode, false)
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE has changed (§6.9.2); false when a window would be too large. */
  changeWindows(change: number): boolean {
    for (const stream of this.open.all()) {
      stream.sendWindow += change
      if (stream.sendWindow > windowMax) return false
    }
    return true
  }

  private tell(stream: Http2Stream, errorCode: number): void {
    if (stream.isKnownToPeer) this.refuse(stream.id, errorCode)
  }

  private leave(stream: Http2Stream): void {
    const { session } = this
    stream.isOpen = false
    this.open.remove(stream)
    if (stream.isWaiting) session.sending.forget(stream)
    const owed = stream.takeWithheld()
    if (owed > 0 && !session.isOver) session.receiving.giveBack(owed)
    session.streamGone(stream)
  }
}
