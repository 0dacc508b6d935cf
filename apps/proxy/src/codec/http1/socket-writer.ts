import type { Socket } from 'node:net'
import { SocketOutlet, takeSlab } from '../socket-outlet.ts'

/** What may wait for the system before the sender is held back. TLS takes every write later, small ones too. */
const waitingBytesMax = 64 * 1024
/** A body up to this size goes out as text behind its head: one conversion costs less than a buffer to join them in. */
const textBytesMax = 1024

/**
 * Writes messages to a socket: the head waits until the body, the end or a flush comes and goes out with it in one write.
 */
export class SocketWriter {
  private readonly outlet: SocketOutlet
  private held = ''

  /** `onDrained` is called when the system has taken everything after `write` or `flush` said false. */
  constructor(socket: Socket, onDrained: () => void) {
    this.outlet = new SocketOutlet(socket, waitingBytesMax, onDrained)
  }

  /** Bytes in latin1 that may wait for what follows. */
  hold(text: string): void {
    this.held += text
  }

  /** The chunk is lent and copied. False: the system takes no more, wait for `onDrained`. */
  write(chunk: Buffer): boolean {
    if (chunk.length <= textBytesMax) {
      this.held += chunk.latin1Slice(0, chunk.length)
      return this.flush()
    }
    const text = this.held
    this.held = ''
    const length = text.length + chunk.length
    const slab = takeSlab(length)
    if (text !== '') slab.latin1Write(text, 0)
    chunk.copy(slab, text.length)
    this.outlet.sendBytes(slab.subarray(0, length), slab)
    return this.outlet.hasRoom
  }

  flush(): boolean {
    if (this.held !== '') {
      const text = this.held
      this.held = ''
      this.outlet.sendText(text)
    }
    return this.outlet.hasRoom
  }
}
