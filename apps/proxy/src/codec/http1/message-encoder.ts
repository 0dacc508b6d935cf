import { CHUNKED, type Framing } from '../../message/body-framing.ts'
import type { HeaderBlock } from '../../message/header-block.ts'
import { WireCount } from '../../message/wire-count.ts'
import type { SocketWriter } from '../socket-writer.ts'

/** Writes the body of one message in its framing. */
export class MessageEncoder {
  readonly sent = new WireCount()
  private readonly writer: SocketWriter
  private framing: Framing = 0

  constructor(writer: SocketWriter) {
    this.writer = writer
  }

  /** `head` ends with its last line, without the line's end. */
  begin(head: string, framing: Framing, contentLength: number, needsLength: boolean): void {
    this.framing = framing
    let rest = '\r\n\r\n'
    if (framing === CHUNKED) rest = '\r\ntransfer-encoding: chunked\r\n\r\n'
    else if (needsLength) rest = `\r\ncontent-length: ${contentLength}\r\n\r\n`
    this.writer.hold(head)
    this.writer.hold(rest)
    this.sent.setHead(head.length + rest.length, firstLineBytes(head), 0)
  }

  data(chunk: Buffer): boolean {
    this.sent.bytes += chunk.length
    if (this.framing !== CHUNKED) return this.writer.write(chunk)
    if (chunk.length === 0) return true
    const size = `${chunk.length.toString(16)}\r\n`
    this.sent.bytes += size.length + 2
    this.writer.hold(size)
    const isOpen = this.writer.write(chunk)
    // Waits for the next chunk or the end, so that a chunk is one write.
    this.writer.hold('\r\n')
    return isOpen
  }

  end(trailers: HeaderBlock | undefined): void {
    if (this.framing === CHUNKED) {
      const last = `0${trailers?.toWire() ?? ''}\r\n\r\n`
      this.sent.bytes += last.length
      this.writer.hold(last)
    }
    this.writer.flush()
  }
}

/** With the end of the line. */
function firstLineBytes(head: string): number {
  const end = head.indexOf('\r\n')
  return (end < 0 ? head.length : end) + 2
}
