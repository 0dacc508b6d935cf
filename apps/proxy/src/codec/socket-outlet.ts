import type { Socket } from 'node:net'
import {
  handleOf,
  lastWriteWaits,
  type StreamHandle,
  streamState,
  type WriteRequest,
  WriteWrap,
} from './node-streams.ts'
import { type SecureQueue, type SecureWriter, secureQueueOf } from './secure-queue.ts'

/** What a socket reads at once, and a head before it. */
export const slabBytes = 80 * 1024 + 32 * 1024
/** More is given back to the system: so many slow readers at once are rare. */
const slabsMax = 64
const slabs: Buffer[] = []
/** Up to this size bytes go out as text: one conversion costs less than a buffer to copy them into. */
const textBytesMax = 1024

/** A buffer of at least so many bytes, to be written into and handed to an outlet. */
export function takeSlab(length: number): Buffer {
  if (length > slabBytes) return Buffer.allocUnsafeSlow(length)
  return slabs.pop() ?? Buffer.allocUnsafeSlow(slabBytes)
}

export function giveSlab(slab: Buffer): void {
  if (slab.length === slabBytes && slabs.length < slabsMax) slabs.push(slab)
}

/** Short views of slabs by length: a new one costs as much as parsing two fields, and short answers have few lengths. */
const views = new WeakMap<Buffer, Buffer[]>()
const viewBytesMax = 256

/** The first bytes of a slab. */
export function viewOf(slab: Buffer, length: number): Buffer {
  if (length > viewBytesMax || slab.length !== slabBytes) return slab.subarray(0, length)
  let own = views.get(slab)
  if (own === undefined) {
    own = []
    views.set(slab, own)
  }
  own[length] ??= slab.subarray(0, length)
  return own[length]
}

/** Whoever waits until the system has taken everything, after `hasRoom` was false. */
export type Drained = {
  onDrained(): void
  /** The peer takes no more. Without it the socket is destroyed; whoever has it reads on, and finds how that ends. */
  onUnwritable?(): void
}

/** Of those that nothing waits for, nearly all. */
const none: (Buffer | undefined)[] = []

/** Serves write after write: only one that waits takes it for itself. */
let unused: WriteRequest = new WriteWrap()

/**
 * Hands bytes to the system at once, one call for each, and keeps count of what it has not taken. The only writer of its
 * socket, until a tunnel takes that over with an outlet of its own.
 */
export class SocketOutlet implements SecureWriter {
  private readonly socket: Socket
  private readonly secure: SecureQueue | undefined
  private readonly waitingBytesMax: number
  private readonly owner: Drained
  /** Of the writes that the system has not taken whole, in their order: a slab, or undefined for one that borrowed none. */
  private waiting = none
  private waitingBytes = 0
  private isHeldBack = false
  /** A write has failed: what is sent from now on goes nowhere. */
  private isBroken = false
  /** Writes that have had to wait, and those of them that the system has taken since. */
  waits = 0
  taken = 0
  /** Made for the first write that waits. */
  private onComplete: ((status: number) => void) | undefined

  constructor(socket: Socket, waitingBytesMax: number, owner: Drained) {
    this.socket = socket
    this.secure = 'encrypted' in socket ? secureQueueOf(socket) : undefined
    this.waitingBytesMax = waitingBytesMax
    this.owner = owner
  }

  /** False: the system takes no more for now; whoever asks waits for `onDrained`. */
  get hasRoom(): boolean {
    if (this.waitingBytes <= this.waitingBytesMax || this.isBroken) return true
    this.isHeldBack = true
    return false
  }

  /** Less whenever the system has taken more; 0 when it has taken everything. */
  get unsentBytes(): number {
    const writes = this.waiting.length
    return writes === 0 ? 0 : writes + (handleOf(this.socket)?.writeQueueSize ?? 0)
  }

  /** Something waits for the system already, and what is sent now waits behind it. */
  get isBehind(): boolean {
    return this.waiting.length > 0
  }

  /** In latin1. */
  sendText(text: string): void {
    if (this.isBroken) return
    if (this.secure !== undefined) {
      this.wait(text.length, undefined)
      this.secure.send(text, this)
      return
    }
    const handle = handleOf(this.socket)
    if (handle !== undefined) this.handedOver(handle.writeLatin1String(unused, text), handle, text, undefined)
  }

  /** `slab` is what `bytes` lies in, borrowed with `takeSlab`; it is given back when the system has taken the bytes. */
  sendBytes(bytes: Buffer, slab?: Buffer): void {
    if (this.isBroken) {
      if (slab !== undefined) giveSlab(slab)
      return
    }
    if (this.secure !== undefined) {
      this.wait(bytes.length, slab)
      this.secure.send(bytes, this)
      return
    }
    const handle = handleOf(this.socket)
    if (handle !== undefined) this.handedOver(handle.writeBuffer(unused, bytes), handle, bytes, slab)
    else if (slab !== undefined) giveSlab(slab)
  }

  /** `text` in latin1, and behind it `lent`, which is copied; with one write. */
  sendJoined(text: string, lent: Buffer): void {
    if (lent.length <= textBytesMax) {
      this.sendText(text + lent.latin1Slice(0, lent.length))
      return
    }
    const length = text.length + lent.length
    // Behind others it may wait long, many of them at a time: each would keep a whole slab.
    const slab = this.isBehind ? Buffer.allocUnsafeSlow(length) : takeSlab(length)
    if (text !== '') slab.latin1Write(text, 0)
    lent.copy(slab, text.length)
    this.sendBytes(viewOf(slab, length), slab)
  }

  private handedOver(error: number, handle: StreamHandle, bytes: string | Buffer, slab: Buffer | undefined): void {
    if (error === 0 && streamState[lastWriteWaits] !== 0) {
      const request = unused
      unused = new WriteWrap()
      this.onComplete ??= (status) => this.onTaken(status < 0)
      request.oncomplete = this.onComplete
      request.buffer = bytes
      this.wait(bytes.length, slab)
      return
    }
    if (slab !== undefined) giveSlab(slab)
    if (error !== 0 && handleOf(this.socket) === handle) this.break()
  }

  private break(): void {
    if (this.isBroken) return
    this.isBroken = true
    const { owner } = this
    // 'close' follows, which is where it is handled.
    if (owner.onUnwritable === undefined) this.socket.destroy()
    else owner.onUnwritable()
    // Whoever waits for room would wait for ever.
    if (this.isHeldBack) owner.onDrained()
  }

  private wait(length: number, slab: Buffer | undefined): void {
    if (this.waiting === none) this.waiting = [slab]
    else this.waiting.push(slab)
    this.waits++
    this.waitingBytes += length
  }

  /** The system has taken the write that has waited longest. */
  onTaken(hasFailed: boolean): void {
    const slab = this.waiting.shift()
    this.taken++
    if (slab !== undefined) giveSlab(slab)
    if (hasFailed) {
      this.break()
      return
    }
    if (this.waiting.length > 0) return
    this.waitingBytes = 0
    if (!this.isHeldBack) return
    this.isHeldBack = false
    this.owner.onDrained()
  }
}
