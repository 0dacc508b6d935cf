import type { Socket } from 'node:net'
import { DATA, END_STREAM, headerBytes } from './frame.ts'

const slabBytes = 64 * 1024
/** More is given back to the system. */
const slabsMax = 64
const slabs: Buffer[] = []
/** A socket that has so much to send takes no more until it has drained. */
const waitingBytesMax = 256 * 1024

const dirty: TurnWriter[] = []
let turn = 0

/** Counts event-loop turns in which something was written. */
export function turnNumber(): number {
  return turn
}

/**
 * Collects what is written to a socket within one turn of the event loop and sends it with one write. When many
 * connections bring their frames in the same turn, the ones that these go to are written once each.
 */
export class TurnWriter {
  private readonly socket: Socket
  private slab: Buffer | undefined
  private at = 0
  private isDirty = false
  /** Slabs that the socket still reads from, in the order of their writes. */
  private readonly inFlight: Buffer[] = []
  private lastData = -1
  private lastDataStream = 0
  private readonly onWritten = () => {
    const slab = this.inFlight.shift()
    if (slab !== undefined && slab.length === slabBytes && slabs.length < slabsMax) slabs.push(slab)
  }

  constructor(socket: Socket) {
    this.socket = socket
  }

  /** False: whoever writes bodies waits for the socket's `drain`. */
  get hasRoom(): boolean {
    return this.socket.writableLength < waitingBytesMax
  }

  /** The buffer to write `room` bytes into, at `position`. */
  reserve(room: number): Buffer {
    if (this.slab !== undefined && this.at + room > this.slab.length) this.send()
    if (this.slab === undefined) {
      this.slab = room > slabBytes ? Buffer.allocUnsafeSlow(room) : (slabs.pop() ?? Buffer.allocUnsafeSlow(slabBytes))
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
    return at + headerBytes
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
    const { slab, at } = this
    this.lastData = -1
    if (slab === undefined) return
    this.slab = undefined
    if (at === 0 || this.socket.destroyed || this.socket.writableEnded) {
      if (slab.length === slabBytes && slabs.length < slabsMax) slabs.push(slab)
      return
    }
    this.at = 0
    this.inFlight.push(slab)
    this.socket.write(at === slab.length ? slab : slab.subarray(0, at), this.onWritten)
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
    if (dirty.length === 0) setImmediate(endTurn)
    dirty.push(this)
  }
}

function endTurn(): void {
  turn++
  // What a write brings about may make others dirty: they are for the next turn.
  const count = dirty.length
  for (let index = 0; index < count; index++) (dirty[index] as TurnWriter).endTurn() // in range
  dirty.splice(0, count)
  if (dirty.length > 0) setImmediate(endTurn)
}
