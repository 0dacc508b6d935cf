import type { Socket } from 'node:net'
import { type Drained, SocketOutlet } from './socket-outlet.ts'
import { atTurnEnd, type TurnWork } from './turn-end.ts'

/** What may wait for the system before the sender is held back. TLS takes every write later, small ones too. */
const waitingBytesMax = 64 * 1024
/** Bytes up to this size wait for the end of the turn, until there are so many: larger ones are not worth a copy. */
const smallBytesMax = 2048
const heldBytesMax = 16 * 1024

/**
 * Writes messages to a socket. What is small waits for the end of the turn and goes out with one write: a head with its
 * body, the answers to requests that came together, a body that comes in small pieces.
 */
export class SocketWriter implements TurnWork {
  private readonly outlet: SocketOutlet
  private held = ''
  /** So much of it goes out with this turn, whatever follows. */
  private dueLength = 0
  private isEndAwaited = false

  /** `owner` is told when the system has taken everything after `write` or `flush` said false. */
  constructor(socket: Socket, owner: Drained, bytesMax = waitingBytesMax) {
    this.outlet = new SocketOutlet(socket, bytesMax, owner)
  }

  /** False: the system takes no more for now; `onDrained` follows. */
  get hasRoom(): boolean {
    return this.outlet.hasRoom
  }

  /** Less whenever the system has taken more. */
  get unsentBytes(): number {
    return this.outlet.unsentBytes
  }

  /** Bytes in latin1 that wait for what follows. */
  hold(text: string): void {
    this.held += text
  }

  /** The chunk is lent and copied. False: the system takes no more, wait for `onDrained`. */
  write(chunk: Buffer): boolean {
    if (chunk.length <= smallBytesMax) {
      this.held += chunk.latin1Slice(0, chunk.length)
      return this.flush()
    }
    const text = this.held
    this.held = ''
    this.dueLength = 0
    this.outlet.sendJoined(text, chunk)
    return this.outlet.hasRoom
  }

  /** What is held goes out with this turn, whatever follows. */
  flush(): boolean {
    this.dueLength = this.held.length
    if (this.dueLength >= heldBytesMax) this.send()
    else if (!this.isEndAwaited) {
      this.isEndAwaited = true
      atTurnEnd(this)
    }
    return this.outlet.hasRoom
  }

  endTurn(): void {
    this.isEndAwaited = false
    this.send()
  }

  /** Sends what is held now: the socket is ended, or gets another writer. */
  send(): void {
    this.dueLength = 0
    if (this.held === '') return
    const text = this.held
    this.held = ''
    this.outlet.sendText(text)
  }

  /** Sends what was to go out with this turn and no more: what is cut off behind it must not look whole. */
  sendDue(): void {
    this.held = this.held.slice(0, this.dueLength)
    this.send()
  }
}
