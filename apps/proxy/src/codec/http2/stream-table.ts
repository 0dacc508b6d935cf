import { windowMax } from './frame.ts'
import type { FrameWriter } from './frame-writer.ts'
import { OpenStreams } from './open-streams.ts'
import type { ReceiveFlow } from './receive-flow.ts'
import type { SendFlow, WaitingStream } from './send-flow.ts'

/** So many of the streams that we have reset are remembered: what the peer sent before it knew is not its fault (§5.1). */
const recentlyResetMax = 128

/** A stream as the table knows it. */
export type TabledStream = WaitingStream & {
  id: number
  isOpen: boolean
  /** One that the peer has not heard of must not be reset. */
  readonly isKnownToPeer: boolean
  /** For a window, or for the socket. */
  readonly isWaiting: boolean
  /** What it still owes the connection's window. */
  takeWithheld(): number
  /** `isOver`: with its connection. */
  onGone(errorCode: number, isOurs: boolean, isOver: boolean): void
  onReleased(): void
}

/** The connection that the table belongs to. */
export type TableOwner<Stream> = {
  readonly frames: FrameWriter
  readonly sending: SendFlow
  readonly receiving: ReceiveFlow
  readonly isOver: boolean
  streamGone(stream: Stream): void
}

/** The open streams of a connection, and the ways out of it. */
export class StreamTable<Stream extends TabledStream> {
  private readonly owner: TableOwner<Stream>
  private readonly open = new OpenStreams<Stream>()
  private readonly recentlyReset = new Set<number>()

  constructor(owner: TableOwner<Stream>) {
    this.owner = owner
  }

  get size(): number {
    return this.open.size
  }

  get(streamId: number): Stream | undefined {
    return this.open.get(streamId)
  }

  all(): Stream[] {
    return this.open.all()
  }

  add(stream: Stream): void {
    this.open.add(stream)
  }

  /** Gives a stream that the peer has not heard of a later number: those before it may have been told already (§5.1.1). */
  renumber(stream: Stream, streamId: number): void {
    this.open.remove(stream)
    stream.id = streamId
    this.add(stream)
  }

  wasReset(streamId: number): boolean {
    return this.recentlyReset.has(streamId)
  }

  /** Both halves are closed. */
  release(stream: Stream): void {
    this.leave(stream)
    stream.onReleased()
  }

  /** Ends a stream from our side; the role is told. */
  reset(stream: Stream, errorCode: number): void {
    if (!stream.isOpen) return
    this.tell(stream, errorCode)
    this.remove(stream, errorCode, true)
  }

  /** Resets without telling the role: it knows. */
  drop(stream: Stream, errorCode: number): void {
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
    this.owner.frames.reset(streamId, errorCode)
  }

  /** The peer, or the end of the connection, took it away. */
  remove(stream: Stream, errorCode: number, isOurs: boolean): void {
    if (!stream.isOpen) return
    // Asked first: when the last stream of a connection that drains is reset, the connection ends because of it.
    const { isOver } = this.owner
    this.leave(stream)
    stream.onGone(errorCode, isOurs, isOver)
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

  private tell(stream: Stream, errorCode: number): void {
    if (stream.isKnownToPeer) this.refuse(stream.id, errorCode)
  }

  private leave(stream: Stream): void {
    const { owner } = this
    stream.isOpen = false
    this.open.remove(stream)
    if (stream.isWaiting) owner.sending.forget(stream)
    const owed = stream.takeWithheld()
    if (owed > 0 && !owner.isOver) owner.receiving.giveBack(owed)
    owner.streamGone(stream)
  }
}
