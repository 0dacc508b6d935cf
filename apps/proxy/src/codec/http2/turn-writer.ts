import type { Socket } from 'node:net'
import { type Drained, giveSlab, SocketOutlet, slabBytes, takeSlab, viewOf } from '../socket-outlet.ts'
import { atTurnEnd, type TurnWork } from '../turn-end.ts'
import { DATA, END_STREAM, headerBytes } from './frame.ts'

/** A socket that has so much to send takes no more until it has drained. */
const waitingBytesMax = 256 * 1024

/**
 * Collects what is written to a socket within one turn of the event loop and sends it with one write. When many
 * connections bring their frames in the same turn, the ones that these go to are written once each.
 */
export class TurnWriter implements TurnWork {
  private readonly socket: Socket
  private readonly outlet: SocketOutlet
  private readonly unreadFramesMax: number
  private slab: Buffer | undefined
  private at = 0
  private isDirty = false
  private lastData = -1
  private lastDataStream = 0
  /** The peer has left more frames unread than there is a reason for: it does not mean to read. */
  isLeftUnread = false
  /** Writes so far. */
  sent = 0
  /** Frames since it was last asked whether the peer reads, and the write that must be taken when it is asked again. */
  private unasked = 0
  private owed = 0

  constructor(socket: Socket, unreadFramesMax: number, owner: Drained, bytesMax = waitingBytesMax) {
    this.socket = socket
    this.unreadFramesMax = unreadFramesMax
    this.outlet = new SocketOutlet(socket, bytesMax, owner)
  }

  /** False: whoever writes bodies waits for `onDrained`. */
  get hasRoom(): boolean {
    return this.outlet.hasRoom
  }

  /** The system still has something of ours that the peer has not taken. */
  get isBehind(): boolean {
    return this.outlet.isBehind
  }

  /** The buffer to write `room` bytes into, at `position`. */
  reserve(room: number): Buffer {
    if (this.slab !== undefined && this.at + room > this.slab.length) this.send()
    if (this.slab === undefined) {
      this.slab = takeSlab(room)
      this.at = 0
    }
    this.schedule()
    return this.slab
  }

  get position(): number {
    return this.at
  }

  /** So far is written of what was reserved. */
  advance(to: number): void {
    this.at = to
  }

  /** Begins a frame in what was reserved, and returns where its payload begins. */
  frameHeader(into: Buffer, at: number, length: number, type: number, flags: number, streamId: number): number {
    into[at] = length >>> 16
    into[at + 1] = length >>> 8
    into[at + 2] = length
    into[at + 3] = type
    into[at + 4] = flags
    into[at + 5] = streamId >>> 24
    into[at + 6] = streamId >>> 16
    into[at + 7] = streamId >>> 8
    into[at + 8] = streamId
    if (type !== DATA && ++this.unasked >= this.unreadFramesMax) this.askWhetherRead()
    return at + headerBytes
  }

  /** No window holds these frames back: what makes us send them could fill memory. */
  private askWhetherRead(): void {
    this.unasked = 0
    if (this.outlet.taken < this.owed) this.isLeftUnread = true
    this.owed = this.outlet.waits
  }

  /** A DATA frame; the payload is copied. */
  data(streamId: number, payload: Buffer, from: number, to: number, flags: number): void {
    const length = to - from
    const into = this.reserve(headerBytes + length)
    const start = this.at
    const at = this.frameHeader(into, start, length, DATA, flags, streamId)
    if (length > 0) payload.copy(into, at, from, to)
    this.at = at + length
    this.lastData = start
    this.lastDataStream = streamId
  }

  /** Lets the last DATA frame of a stream end it, when that frame has not left yet. */
  endLastData(streamId: number): boolean {
    if (this.lastData < 0 || this.lastDataStream !== streamId || this.slab === undefined) return false
    const flags = this.lastData + 4
    this.slab[flags] = (this.slab[flags] as number) | END_STREAM // written before
    this.lastData = -1
    return true
  }

  /** Sends what there is now. */
  send(): void {
    const { slab, at, socket } = this
    this.lastData = -1
    if (slab === undefined) return
    this.slab = undefined
    this.at = 0
    if (at === 0 || socket.destroyed || socket.writableEnded) {
      giveSlab(slab)
      return
    }
    this.sent++
    if (this.outlet.isBehind && at < slabBytes / 2) {
      // A peer that does not read could make a few bytes keep a whole slab, turn after turn.
      const bytes = Buffer.allocUnsafeSlow(at)
      slab.copy(bytes, 0, 0, at)
      giveSlab(slab)
      this.outlet.sendBytes(bytes)
    } else this.outlet.sendBytes(viewOf(slab, at), slab)
  }

  /** Called once by the turn's end. */
  endTurn(): void {
    this.isDirty = false
    this.send()
  }

  /** Asks to be called at the end of this turn. */
  schedule(): void {
    if (this.isDirty) return
    this.isDirty = true
    atTurnEnd(this)
  }
}
