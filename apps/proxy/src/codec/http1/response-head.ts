import { type Framing, NO_BODY } from '../../message/body-framing.ts'
import { HeaderBlock } from '../../message/header-block.ts'
import type { FieldMemory } from './field-memory.ts'

/** A parsed response head. One object for each response that is under way, used again for response after response. */
export class ResponseHead {
  status = 0
  minorVersion = 1
  readonly headers = new HeaderBlock()
  /** What stays from message to message of its upstream. */
  memory: FieldMemory | undefined
  /** The last status line that was read, with its CRLF, and what it said. */
  readonly line = { text: '', status: 0, minorVersion: 1 }
  framing: Framing = NO_BODY
  /** −1: the head names none. */
  contentLength = -1
  isKeptAlive = true
  /** `close` was among the connection options: whatever else they say, this message is the last (RFC 9112 §9.3). */
  isLast = false

  reset(): void {
    this.headers.clear()
    this.status = 0
    this.minorVersion = 1
    this.framing = NO_BODY
    this.contentLength = -1
    this.isKeptAlive = true
    this.isLast = false
  }
}
