import { CHUNKED, type Framing, NO_BODY } from '../../message/body-framing.ts'
import type { HeaderBlock } from '../../message/header-block.ts'
import { WireCount } from '../../message/wire-count.ts'
import type { SocketWriter } from '../socket-writer.ts'
import { statusLine } from './status-line.ts'

/** Writes the body of one message in its framing. */
export class MessageEncoder {
  readonly sent = new WireCount()
  private readonly writer: SocketWriter
  /** Of the body that is under way. */
  framing: Framing = NO_BODY

  constructor(writer: SocketWriter) {
    this.writer = writer
  }

  /** `line` is the first line, without its end; `fields` are the others, each with the line end before it. */
  begin(line: string, fields: string, framing: Framing, contentLength: number, needsLength: boolean): void {
    this.framing = framing
    let rest = '\r\n\r\n'
    if (framing === CHUNKED) rest = '\r\ntransfer-encoding: chunked\r\n\r\n'
    else if (needsLength) rest = `\r\ncontent-length: ${contentLength}\r\n\r\n`
    this.writer.hold(line)
    this.writer.hold(fields)
    this.writer.hold(rest)
    this.sent.setHead(line.length + fields.length + rest.length, line.length + 2, 0)
  }

  /** The same for an answer, whose first line its status says. */
  answer(status: number, fields: string, framing: Framing, contentLength: number, needsLength: boolean): void {
    this.begin(statusLine(status), fields, framing, contentLength, needsLength)
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
    this.framing = NO_BODY
    this.writer.flush()
  }
}
