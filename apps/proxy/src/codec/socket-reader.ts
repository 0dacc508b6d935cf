import type { Socket } from 'node:net'
import { beginEvent, endEvent } from '../clock/event-clock.ts'
import { handleOf, readBytes, type StreamHandle, streamState } from './node-streams.ts'

/** After so much of one socket that took longer than `pieceMs` the others are looked at. A mere copy takes a tenth of it. */
const pieceBytes = 80 * 1024
const pieceMs = 1

/** One buffer for every socket of the process: a read fills it, and what it brought is used up before the next. */
const shared = Buffer.allocUnsafeSlow(80 * 1024)

/** Views of it by length: small messages have few lengths, and a new view costs as much as parsing two fields. */
const views: Buffer[] = []
const viewBytesMax = 1024

function view(length: number): Buffer {
  if (length > viewBytesMax) return shared.subarray(0, length)
  views[length] ??= shared.subarray(0, length)
  return views[length]
}

/**
 * Reads a socket into one shared buffer, instead of a new one per read. The bytes that `onBytes` gets are **lent**: whoever
 * keeps them beyond the call copies them. Without `onBytes` the socket is an ordinary stream, as a tunnel needs it.
 */
export class SocketReader {
  onBytes: ((lent: Buffer) => void) | undefined
  /** The option of a socket that is dialled for this reader (net.Socket `onread`). */
  readonly onread = { buffer: shared, callback: (length: number) => this.take(length) }
  private socket: Socket | undefined
  private unrested = 0
  private restedMs = 0

  /** Says which socket it is that was made with `onread`; it has its handle by now. */
  attach(socket: Socket): void {
    this.socket = socket
    // A dialled TLS socket gets the handle that it is read through later, which calls `take` through the socket.
    if (!('encrypted' in socket)) this.attachNow(socket)
  }

  /** For a socket that has the handle that it is read through, TLS or not. */
  attachNow(socket: Socket): void {
    this.socket = socket
    const handle = handleOf(socket)
    if (handle !== undefined) this.listen(handle)
  }

  /** Takes what a read brought before the socket looks at it. Ends and errors are the socket's own. */
  private listen(handle: StreamHandle): void {
    const { onread } = handle
    handle.onread = (bytes) => {
      const length = streamState[readBytes] as number // it has so many entries
      if (length <= 0 || this.onBytes === undefined) {
        onread.call(handle, bytes)
        return
      }
      beginEvent()
      this.onBytes(view(length))
      endEvent()
      this.rest(length)
    }
  }

  private take(length: number): boolean {
    if (this.onBytes === undefined) return this.socket?.push(Buffer.from(shared.subarray(0, length))) ?? false
    beginEvent()
    this.onBytes(view(length))
    endEvent()
    this.rest(length)
    return true
  }

  /**
   * The system hands over megabytes of one socket before it looks at the others. Where they are cheap that is well; a
   * client whose every byte is work (chunks, frames of one byte) lets the others come first after each piece.
   */
  private rest(length: number): void {
    this.unrested += length
    if (this.unrested < pieceBytes) return
    this.unrested = 0
    const now = performance.now()
    const tookMs = now - this.restedMs
    this.restedMs = now
    const { socket } = this
    const handle = socket === undefined ? undefined : handleOf(socket)
    if (tookMs < pieceMs || socket === undefined || handle?.reading !== true) return
    handle.readStop()
    setImmediate(readOn, socket, handle)
  }
}

/** Unless it was closed or paused meanwhile: then whoever did that has the say. */
function readOn(socket: Socket, handle: StreamHandle): void {
  if (handleOf(socket) === handle && handle.reading) handle.readStart()
}

/**
 * Lets `reader` read a socket that is there already: a server has no option for it. What was read before comes first.
 */
export function lendReads(socket: Socket, reader: SocketReader): void {
  const fields = socket as unknown as Record<symbol, unknown>
  let isLent = false
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    if (symbol.description === 'kBufferCb') fields[symbol] = reader.onread.callback
    if (symbol.description !== 'kBuffer') continue
    isLent = fields[symbol] === shared
    fields[symbol] = shared
  }
  if (!isLent) handleOf(socket)?.useUserBuffer(shared)
  reader.attachNow(socket)
  const early: Buffer[] = []
  // Before the end that reading the last of it may bring about; and when `onBytes` is there.
  process.nextTick(() => {
    for (const bytes of early) reader.onBytes?.(bytes)
  })
  // At once: in the next tick the stream would give them to listeners that it does not have.
  for (let bytes = socket.read(); bytes !== null; bytes = socket.read()) early.push(bytes as Buffer) // no encoding is set
  // Whoever has looked at its first bytes has stopped it.
  if (socket.isPaused()) socket.resume()
}
