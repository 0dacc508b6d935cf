import type { Socket } from 'node:net'

/** Heads and small bodies up to this size are copied into one write: a second system call costs more than the copy. */
const joinedBytesMax = 16 * 1024

/**
 * Writes a message to a socket: the head waits until the body, the end or a flush comes, so that a small message is one
 * write and a large body goes on as the buffers it came in.
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

  /** False when the socket has more than it can take: wait for its `drain`. */
  write(chunk: Buffer): boolean {
    if (this.held === '') return this.socket.write(chunk)
    const text = this.held
    this.held = ''
    if (text.length + chunk.length <= joinedBytesMax) {
      const joined = Buffer.allocUnsafe(text.length + chunk.length)
      joined.write(text, 0, 'latin1')
      chunk.copy(joined, text.length)
      return this.socket.write(joined)
    }
    this.socket.cork()
    this.socket.write(text, 'latin1')
    const isOpen = this.socket.write(chunk)
    this.socket.uncork()
    return isOpen
  }

  flush(): boolean {
    if (this.held === '') return true
    const text = this.held
    this.held = ''
    return this.socket.write(text, 'latin1')
  }
}
