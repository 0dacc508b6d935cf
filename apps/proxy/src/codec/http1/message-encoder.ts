import { CHUNKED, type Framing } from '../../exchange/body-framing.ts'
import type { HeaderBlock } from '../../exchange/header-block.ts'
import type { SocketWriter } from '../socket-writer.ts'

/** Writes the body of one message in its framing. */
export class MessageEncoder {
  private readonly writer: SocketWriter
  private framing: Framing = 0

  constructor(writer: SocketWriter) {
    this.writer = writer
  }

  /** `head` ends with its last line, without the line's end. */
  begin(head: string, framing: Framing, contentLength: number, needsLength: boolean): void {
    this.framing = framing
    this.writer.hold(head)
    if (framing === CHUNKED) this.writer.hold('\r\ntransfer-encoding: chunked\r\n\r\n')
    else if (needsLength) this.writer.hold(`\r\ncontent-length: ${contentLength}\r\n\r\n`)
    else this.writer.hold('\r\n\r\n')
  }

  data(chunk: Buffer): boolean {
    if (this.framing !== CHUNKED) return this.writer.write(chunk)
    if (chunk.length === 0) return true
    this.writer.hold(`${chunk.length.toString(16)}\r\n`)
    const isOpen = this.writer.write(chunk)
    // Waits for the next chunk or the end, so that a chunk is one write.
    this.writer.hold('\r\n')
    return isOpen
  }

  end(trailers: HeaderBlock | undefined): void {
    if (this.framing === CHUNKED) this.writer.hold(`0${trailers?.toWire() ?? ''}\r\n\r\n`)
    this.writer.flush()
  }
}
