import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type RawFrame = {
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly payload: Buffer
}

/** Bytes of one frame (RFC 9113 §4.1), whatever they mean. */
export function rawFrame(type: number, flags: number, streamId: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(9 + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = type
  bytes[4] = flags
  bytes.writeUInt32BE(streamId, 5)
  payload.copy(bytes, 9)
  return bytes
}

/** A literal header block without a table: what no client library would send can be sent with it. */
export function rawBlock(fields: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = []
  for (const [name, value] of Object.entries(fields)) {
    parts.push(Buffer.from([0]), literal(name), literal(value))
  }
  return Buffer.concat(parts)
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes])
  const more: number[] = [127]
  let left = bytes.length - 127
  for (; left >= 128; left >>>= 7) more.push((left & 0x7f) | 0x80)
  return Buffer.concat([Buffer.from([...more, left]), bytes])
}

/** A client of HTTP/2 that sends what it is told and keeps what comes. */
export class RawHttp2 implements AsyncDisposable {
  readonly frames: RawFrame[] = []
  isClosed = false
  readonly socket: Socket
  private pending = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (part) => this.take(part as Buffer)) // no encoding is set
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  static async connect(port: number, settings: Buffer = Buffer.alloc(0)): Promise<RawHttp2> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const client = new RawHttp2(socket)
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    client.send(rawFrame(4, 0, 0, settings), rawFrame(4, 1, 0))
    return client
  }

  send(...frames: readonly Buffer[]): void {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(frames))
  }

  /** Error code of the GOAWAY that came; undefined for none. */
  get goAway(): number | undefined {
    return this.frames.find(({ type }) => type === 7)?.payload.readUInt32BE(4)
  }

  /** Error code of the RST_STREAM that came for a stream. */
  reset(stream: number): number | undefined {
    return this.frames.find(({ type, streamId }) => type === 3 && streamId === stream)?.payload.readUInt32BE(0)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy()
    return Promise.resolve()
  }

  private take(part: Buffer): void {
    this.pending = Buffer.concat([this.pending, part])
    while (this.pending.length >= 9) {
      const length = this.pending.readUIntBE(0, 3)
      if (this.pending.length < 9 + length) return
      const [, , , type = 0, flags = 0] = this.pending
      const streamId = this.pending.readUInt32BE(5)
      this.frames.push({ type, flags, streamId, payload: this.pending.subarray(9, 9 + length) })
      this.pending = this.pending.subarray(9 + length)
    }
  }
}
