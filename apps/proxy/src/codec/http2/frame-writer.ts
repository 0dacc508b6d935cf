import { ACK, GOAWAY, headerBytes, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE } from './frame.ts'
import type { TurnWriter } from './turn-writer.ts'

/** Writes the frames that carry no message: RFC 9113 §6.4 to §6.9. */
export class FrameWriter {
  private readonly writer: TurnWriter

  constructor(writer: TurnWriter) {
    this.writer = writer
  }

  /** (parameter, value) pairs. */
  settings(pairs: readonly (readonly [parameter: number, value: number])[]): void {
    const payload = Buffer.alloc(pairs.length * 6)
    for (const [index, [parameter, value]] of pairs.entries()) {
      payload.writeUInt16BE(parameter, index * 6)
      payload.writeUInt32BE(value, index * 6 + 2)
    }
    this.frame(SETTINGS, 0, 0, payload)
  }

  settingsAck(): void {
    this.frame(SETTINGS, ACK, 0, undefined)
  }

  windowUpdate(streamId: number, increment: number): void {
    this.word(WINDOW_UPDATE, streamId, increment)
  }

  reset(streamId: number, errorCode: number): void {
    this.word(RST_STREAM, streamId, errorCode)
  }

  goAway(lastStreamId: number, errorCode: number, reason: string): void {
    const payload = Buffer.alloc(8 + reason.length)
    payload.writeUInt32BE(lastStreamId, 0)
    payload.writeUInt32BE(errorCode, 4)
    payload.write(reason, 8, 'latin1')
    this.frame(GOAWAY, 0, 0, payload)
  }

  ping(opaque: number): void {
    const payload = Buffer.alloc(8)
    payload.writeUInt32BE(opaque, 4)
    this.frame(PING, 0, 0, payload)
  }

  pong(payload: Buffer): void {
    this.frame(PING, ACK, 0, payload)
  }

  private word(type: number, streamId: number, value: number): void {
    const into = this.writer.reserve(headerBytes + 4)
    const at = this.writer.frameHeader(into, this.writer.position, 4, type, 0, streamId)
    this.writer.advance(into.writeUInt32BE(value, at))
  }

  private frame(type: number, flags: number, streamId: number, payload: Buffer | undefined): void {
    const length = payload?.length ?? 0
    const into = this.writer.reserve(headerBytes + length)
    const at = this.writer.frameHeader(into, this.writer.position, length, type, flags, streamId)
    payload?.copy(into, at)
    this.writer.advance(at + length)
  }
}
