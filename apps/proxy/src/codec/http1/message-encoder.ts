import type { FieldCase } from '../../config/field-case.ts'
import { CHUNKED, type Framing, NO_BODY } from '../../message/body-framing.ts'
import type { HeaderBlock } from '../../message/header-block.ts'
import type { Spelling } from '../../message/spelling.ts'
import { WireCount } from '../../message/wire-count.ts'
import type { SocketWriter } from '../socket-writer.ts'
import { spellFields } from './spell-fields.ts'
import { statusLine } from './status-line.ts'

/** Writes the body of one message in its framing. */
export class MessageEncoder {
  readonly sent = new WireCount()
  private readonly writer: SocketWriter
  private readonly isInWords: boolean
  /** Of the body that is under way. */
  framing: Framing = NO_BODY

  constructor(writer: SocketWriter, fieldCase: FieldCase | undefined) {
    this.writer = writer
    this.isInWords = fieldCase?.kind === 'words'
  }

  /**
   * `line` is the first line, without its end; `fields` are the others, each with the line end before it. A message that came
   * with a spelling keeps it, whoever writes it.
   */
  begin(
    line: string,
    fields: string,
    framing: Framing,
    contentLength: number,
    needsLength: boolean,
    spelling: Spelling | undefined,
  ): void {
    this.framing = framing
    let rest = '\r\n\r\n'
    if (framing === CHUNKED) rest = '\r\ntransfer-encoding: chunked\r\n\r\n'
    else if (needsLength) rest = `\r\ncontent-length: ${contentLength}\r\n\r\n`
    this.writer.hold(line)
    if (spelling !== undefined || this.isInWords) this.writer.hold(spellFields(fields + rest, spelling))
    else {
      this.writer.hold(fields)
      this.writer.hold(rest)
    }
    this.sent.setHead(line.length + fields.length + rest.length, line.length + 2, 0)
  }

  /** The same for an answer, whose first line its status says. */
  answer(
    status: number,
    fields: string,
    framing: Framing,
    contentLength: number,
    needsLength: boolean,
    spelling?: Spelling,
  ): void {
    const line = spelling?.reason ? `HTTP/1.1 ${status} ${spelling.reason}` : statusLine(status)
    this.begin(line, fields, framing, contentLength, needsLength, spelling)
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

  /** The message breaks off here: a head that waits for its body still goes out, one without a body would look like all of it. */
  cut(): Framing {
    if (this.framing === NO_BODY) this.writer.sendDue()
    else this.writer.send()
    return this.framing
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
