import type { Socket } from 'node:net'

/** From this size on, a write borrows a slab. */
const pooledBytesMin = 4 * 1024
/** What a socket reads at once, and a head before it. */
const slabBytes = 64 * 1024 + 32 * 1024
/** More is given back to the system: 64 slow readers at once are rare. */
const slabsMax = 64
const slabs: Buffer[] = []

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
  return buffer.subarray(0, text.length + chunk.length)
}

/**
 * Writes a message to a socket: the head waits until the body, the end or a flush comes and goes out with it in one write.
 */
export class SocketWriter {
  private readonly socket: Socket
  private held = ''

  constructor(socket: Socket) {
    this.socket = socket
  }

  /** Bytes in latin1 that may wait for what follows. */
  hold(text: string): void {
    this.held += text
  }

  /** The chunk is lent and copied. False when the socket has more than it can take: wait for its `drain`. */
  write(chunk: Buffer): boolean {
    const text = this.held
    this.held = ''
    const length = text.length + chunk.length
    // Small ones come from Node's pool of small buffers; large ones are worth keeping for the next.
    if (length <= pooledBytesMin) return this.socket.write(joinedIn(Buffer.allocUnsafe(length), text, chunk))
    const slab = takeSlab(length)
    return this.socket.write(joinedIn(slab, text, chunk), () => giveSlab(slab))
  }

  flush(): boolean {
    if (this.held === '') return true
    const text = this.held
    this.held = ''
    return this.socket.write(text, 'latin1')
  }
}
