import type { Socket } from 'node:net'
import { eventNumber } from '../../traffic/event-clock.ts'
import { type Drained, SocketOutlet } from '../socket-outlet.ts'

/** What may wait for the system before the sender is held back. TLS takes every write later, small ones too. */
const waitingBytesMax = 64 * 1024
/** A chunk up to this size may wait for others of its read, until there are so many. */
const smallBytesMax = 2048
const gatheredBytesMax = 16 * 1024

/**
 * Writes messages to a socket: the head waits until the body, the end or a flush comes and goes out with it in one write.
 */
export class SocketWriter {
  private readonly outlet: SocketOutlet
  private held = ''
  private event = -1
  private isFlushComing = false

  /** `owner` is told when the system has taken everything after `write` or `flush` said false. */
  constructor(socket: Socket, owner: Drained, bytesMax = waitingBytesMax) {
    this.outlet = new SocketOutlet(socket, bytesMax, owner)
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
    if (this.event === eventNumber() && chunk.length <= smallBytesMax) return this.gather(chunk)
    this.event = eventNumber()
    const text = this.held
    this.held = ''
    this.outlet.sendJoined(text, chunk)
    return this.outlet.hasRoom
  }

  /**
   * Not the first of the chunks that one read has brought: what comes in small pieces does not go out with a call to the
   * system for each. That would be a hundred times the work of whoever sent them.
   */
  private gather(chunk: Buffer): boolean {
    this.held += chunk.latin1Slice(0, chunk.length)
    if (this.held.length >= gatheredBytesMax) return this.flush()
    if (!this.isFlushComing) {
      this.isFlushComing = true
      process.nextTick(flushGathered, this)
    }
    return this.outlet.hasRoom
  }

  /** The read is worked through. */
  endGathering(): void {
    this.isFlushComing = false
    this.flush()
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

function flushGathered(writer: SocketWriter): void {
  writer.endGathering()
}
