import type { Socket } from 'node:net'

/** What may wait for the system before the sender is held back. TLS takes every write later, small ones too. */
const waitingBytesMax = 64 * 1024
/** From this size on, a write borrows a slab. */
const pooledBytesMin = 4 * 1024
/** What a socket reads at once, and a head before it. */
const slabBytes = 64 * 1024 + 32 * 1024
/** More is given back to the system: 64 slow readers at once are rare. */
const slabsMax = 64
const slabs: Buffer[] = []

/**
 * A part of a socket that Node does not document; the version of Node that it belongs to is shipped with the proxy. It
 * hands bytes to the system at once, without the queue and the next-tick work of a stream, which cost a fifth of what a
 * small request costs beside its system calls. `done` is called before it returns when the system took everything.
 */
type RawSocket = {
  _writeGeneric(vectored: false, bytes: string | Buffer, encoding: string, done: (error?: Error | null) => void): void
}

/**
 * Writes messages to a socket: the head waits until the body, the end or a flush comes and goes out with it in one write.
 * The only writer of its socket, until a tunnel takes that over.
 */
export class SocketWriter {
  private readonly socket: Socket
  private readonly onDrained: () => void
  private readonly isSecure: boolean
  private held = ''
  /** Slabs of the writes that the system has not taken whole, in their order; undefined for a write that borrowed none. */
  private readonly waiting: (Buffer | undefined)[] = []
  private waitingBytes = 0
  private isHeldBack = false
  private isHandingOver = false
  private wasTaken = false
  private readonly done = (error?: Error | null) => this.onDone(error)

  /** `onDrained` is called when the system has taken everything after `write` or `flush` said false. */
  constructor(socket: Socket, onDrained: () => void) {
    this.socket = socket
    this.isSecure = 'encrypted' in socket
    this.onDrained = onDrained
  }

  /** Bytes in latin1 that may wait for what follows. */
  hold(text: string): void {
    this.held += text
  }

  /** The chunk is lent and copied. False: the system takes no more, wait for `onDrained`. */
  write(chunk: Buffer): boolean {
    const text = this.held
    this.held = ''
    const length = text.length + chunk.length
    // Small ones come from Node's pool of small buffers; large ones are worth keeping for the next.
    if (length <= pooledBytesMin) return this.handOver(joinedIn(Buffer.allocUnsafe(length), text, chunk), 'buffer')
    const slab = takeSlab(length)
    return this.handOver(joinedIn(slab, text, chunk), 'buffer', slab)
  }

  flush(): boolean {
    if (this.held === '') return !this.isHeldBack
    const text = this.held
    this.held = ''
    return this.handOver(text, 'latin1')
  }

  private handOver(bytes: string | Buffer, encoding: 'latin1' | 'buffer', slab?: Buffer): boolean {
    this.wasTaken = false
    this.isHandingOver = true
    // TLS takes one write at a time; the stream's own queue sees to it.
    if (this.isSecure) this.socket.write(bytes, encoding as 'latin1', this.done)
    else (this.socket as unknown as RawSocket)._writeGeneric(false, bytes, encoding, this.done)
    this.isHandingOver = false
    if (this.wasTaken) {
      if (slab !== undefined) giveSlab(slab)
      return true
    }
    this.waiting.push(slab)
    this.waitingBytes += bytes.length
    this.isHeldBack = this.waitingBytes > waitingBytesMax
    return !this.isHeldBack
  }

  private onDone(error: Error | null | undefined): void {
    if (this.isHandingOver) this.wasTaken = true
    else {
      const slab = this.waiting.shift()
      if (slab !== undefined) giveSlab(slab)
    }
    if (error) {
      this.socket.destroy()
      return
    }
    if (this.waiting.length > 0 || this.isHandingOver) return
    this.waitingBytes = 0
    if (!this.isHeldBack) return
    this.isHeldBack = false
    this.onDrained()
  }
}

function takeSlab(length: number): Buffer {
  if (length > slabBytes) return Buffer.allocUnsafeSlow(length)
  return slabs.pop() ?? Buffer.allocUnsafeSlow(slabBytes)
}

function giveSlab(slab: Buffer): void {
  if (slab.length === slabBytes && slabs.length < slabsMax) slabs.push(slab)
}

function joinedIn(buffer: Buffer, text: string, chunk: Buffer): Buffer {
  if (text !== '') buffer.write(text, 0, 'latin1')
  chunk.copy(buffer, text.length)
  return buffer.length === text.length + chunk.length ? buffer : buffer.subarray(0, text.length + chunk.length)
}
