import type { Socket } from 'node:net'
import { handleOf, lastWriteWaits, streamState, WriteWrap } from './node-streams.ts'

/** The part of a stream that ends it when all that was written is taken (stream.Writable `_final`). */
type Ending = { _final: (done: (error?: Error | null) => void) => void }

/** Is told once of each of its writes, in their order. */
export type SecureWriter = { onTaken(hasFailed: boolean): void }

type WaitingWrite = { readonly bytes: string | Buffer; readonly writer: SecureWriter }

const queues = new WeakMap<Socket, SecureQueue>()

/** One for each socket, whoever writes: a tunnel finds there what the codec before it has left, and waits behind it. */
export function secureQueueOf(socket: Socket): SecureQueue {
  const known = queues.get(socket)
  if (known !== undefined) return known
  const made = new SecureQueue(socket)
  queues.set(socket, made)
  return made
}

/**
 * What waits for a TLS socket: its handle takes one write at a time, and says later that it has taken it, small ones too.
 * The end of the socket waits for it.
 */
export class SecureQueue {
  private readonly socket: Socket
  private readonly waiting: WaitingWrite[] = []
  private isBusy = false
  /** Whose write the handle has. */
  private writer: SecureWriter | undefined
  private end: (() => void) | undefined
  private readonly onComplete = (status: number) => this.completed(status < 0)

  constructor(socket: Socket) {
    this.socket = socket
    const ending = socket as unknown as Ending
    const final = ending._final
    ending._final = (done) => {
      const end = () => final.call(socket, done)
      if (this.isBusy) this.end = end
      else end()
    }
  }

  /** Text in latin1, or bytes that stay as they are until they are taken. */
  send(bytes: string | Buffer, writer: SecureWriter): void {
    if (this.isBusy) this.waiting.push({ bytes, writer })
    else this.hand(bytes, writer)
  }

  private hand(bytes: string | Buffer, writer: SecureWriter): void {
    const handle = handleOf(this.socket)
    if (handle === undefined) {
      writer.onTaken(true)
      return
    }
    const request = new WriteWrap()
    request.oncomplete = this.onComplete
    request.buffer = bytes
    this.isBusy = true
    this.writer = writer
    const error =
      typeof bytes === 'string' ? handle.writeLatin1String(request, bytes) : handle.writeBuffer(request, bytes)
    if (error !== 0 || streamState[lastWriteWaits] === 0) this.completed(error !== 0)
  }

  private completed(hasFailed: boolean): void {
    // Busy until it returns: whoever is told writes more at once, and a handle that is given two writes ends the process.
    this.writer?.onTaken(hasFailed)
    this.isBusy = false
    const next = this.waiting.shift()
    if (next !== undefined) this.hand(next.bytes, next.writer)
    else this.end?.()
  }
}
