import type { Socket } from 'node:net'
import { handleOf, lastWriteWaits, streamState, WriteWrap } from './node-streams.ts'

/** The part of a stream that ends it when all that was written is taken (stream.Writable `_final`). */
type Ending = { _final: (done: (error?: Error | null) => void) => void }

/**
 * What waits for a TLS socket: its handle takes one write at a time, and says later that it has taken it, small ones too.
 * The end of the socket waits for it.
 */
export class SecureQueue {
  private readonly socket: Socket
  private readonly onTaken: (hasFailed: boolean) => void
  private readonly waiting: (string | Buffer)[] = []
  private isBusy = false
  private end: (() => void) | undefined
  private readonly onComplete = (status: number) => this.completed(status < 0)

  /** `onTaken` is called once for each write, in their order. */
  constructor(socket: Socket, onTaken: (hasFailed: boolean) => void) {
    this.socket = socket
    this.onTaken = onTaken
    const ending = socket as unknown as Ending
    const final = ending._final
    ending._final = (done) => {
      const end = () => final.call(socket, done)
      if (this.isBusy) this.end = end
      else end()
    }
  }

  /** Text in latin1, or bytes that stay as they are until they are taken. */
  send(bytes: string | Buffer): void {
    if (this.isBusy) this.waiting.push(bytes)
    else this.hand(bytes)
  }

  private hand(bytes: string | Buffer): void {
    const handle = handleOf(this.socket)
    if (handle === undefined) {
      this.onTaken(true)
      return
    }
    const request = new WriteWrap()
    request.oncomplete = this.onComplete
    request.buffer = bytes
    this.isBusy = true
    const error =
      typeof bytes === 'string' ? handle.writeLatin1String(request, bytes) : handle.writeBuffer(request, bytes)
    if (error !== 0 || streamState[lastWriteWaits] === 0) this.completed(error !== 0)
  }

  private completed(hasFailed: boolean): void {
    // Busy until it returns: whoever is told writes more at once, and a handle that is given two writes ends the process.
    this.onTaken(hasFailed)
    this.isBusy = false
    const next = this.waiting.shift()
    if (next !== undefined) this.hand(next)
    else this.end?.()
  }
}
