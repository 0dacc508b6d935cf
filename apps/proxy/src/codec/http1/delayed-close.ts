import type { Socket } from 'node:net'
import { type Framing, NO_BODY, UNTIL_CLOSE } from '../../message/body-framing.ts'
import { resetSocket } from '../reset-socket.ts'
import type { SocketWriter } from '../socket-writer.ts'

/** `reset`: in place of the end, and when the client has had as long to read what stands before it. */
export type Closing = 'end' | 'reset' | 'reset at once'

/**
 * The end of a connection whose last bytes are written. The socket goes when the client has had `delayed_close_timeout` to
 * read them, anew as long as it takes some: closed at once, with bytes of the client unread, the system would take them back.
 */
export class DelayedClose {
  private readonly socket: Socket
  private readonly writer: SocketWriter
  private readonly how: Closing
  private unsent: number

  constructor(socket: Socket, writer: SocketWriter, how: Closing) {
    this.socket = socket
    this.writer = writer
    this.how = how
    this.unsent = writer.unsentBytes
    socket.resume()
    if (how === 'end') socket.end()
    else if (how === 'reset at once') resetSocket(socket)
  }

  /** The time is over. True: the client takes what is left, and gets as long again. */
  goesOn(): boolean {
    const { unsentBytes } = this.writer
    if (unsentBytes !== this.unsent) {
      this.unsent = unsentBytes
      return true
    }
    if (this.how === 'end') this.socket.destroy()
    else resetSocket(this.socket)
    return false
  }
}

/**
 * How a connection ends whose answer, framed so, is cut. A reset takes back what the client has not read yet. Where the end of
 * the connection is the end of the body, only that tells of a cut.
 */
export function howToCut(framing: Framing): Closing {
  if (framing === NO_BODY) return 'reset at once'
  return framing === UNTIL_CLOSE ? 'reset' : 'end'
}
