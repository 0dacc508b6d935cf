import { Socket } from 'node:net'

/** One buffer for every socket of the process: a read fills it, and what it brought is used up before the next. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)

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
  /** The option of the socket that this reads (net.Socket `onread`). */
  readonly onread = { buffer: shared, callback: (length: number) => this.take(length) }
  private socket: Socket | undefined

  /** Says which socket it is that was made with `onread`. */
  attach(socket: Socket): void {
    this.socket = socket
  }

  private take(length: number): boolean {
    if (this.onBytes === undefined) return this.socket?.push(Buffer.from(shared.subarray(0, length))) ?? false
    this.onBytes(view(length))
    return true
  }
}

/**
 * Lets `reader` read a TLS socket whose handshake is done: a server's socket has no option for it. What it has decrypted
 * already comes first.
 */
export function readSecure(socket: Socket, reader: SocketReader): void {
  const fields = socket as unknown as Record<symbol, unknown>
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    if (symbol.description === 'kBuffer') fields[symbol] = reader.onread.buffer
    if (symbol.description === 'kBufferCb') fields[symbol] = reader.onread.callback
  }
  ;(socket as unknown as { _handle: { useUserBuffer(buffer: Buffer): void } })._handle.useUserBuffer(shared)
  reader.attach(socket)
  process.nextTick(() => {
    const early = socket.read() as Buffer | null
    if (early !== null) reader.onBytes?.(early)
  })
}

/** Parts of a socket that Node does not document; the version of Node that they belong to is shipped with the proxy. */
type Accepted = { _handle: unknown; _server: unknown }

/**
 * An accepted socket again, read by `reader`: a server has no option for it. The connection moves with its handle; the
 * socket that it came as is empty afterwards.
 */
export function readAccepted(accepted: Socket, reader: SocketReader): Socket {
  const before = accepted as unknown as Accepted
  const options = { handle: before._handle, allowHalfOpen: true, onread: reader.onread }
  const socket = new Socket(options as ConstructorParameters<typeof Socket>[0])
  const after = socket as unknown as Accepted
  // The server counts its open connections by this.
  after._server = before._server
  before._server = null
  before._handle = null
  reader.attach(socket)
  return socket
}
