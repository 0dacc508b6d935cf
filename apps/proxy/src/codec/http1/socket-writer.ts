import type { Socket } from 'node:net'
import { SocketOutlet } from '../socket-outlet.ts'

/** What may wait for the system before the sender is held back. TLS takes every write later, small ones too. */
const waitingBytesMax = 64 * 1024

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

  /** False: the system takes no more for now; `onDrained` follows. */
  get hasRoom(): boolean {
    return this.outlet.hasRoom
  }

  /** Bytes in latin1 that may wait for what follows. */
  hold(text: string): void {
    this.held += text
  }

  /** The chunk is lent and copied. False: the system takes no more, wait for `onDrained`. */
  write(chunk: Buffer): boolean {
    const text = this.held
    this.held = ''
    this.outlet.sendJoined(text, chunk)
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
