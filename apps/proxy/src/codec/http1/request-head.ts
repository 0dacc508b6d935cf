import { type Framing, NO_BODY } from '../../message/body-framing.ts'
import { HeaderBlock } from '../../message/header-block.ts'
import { WireCount } from '../../message/wire-count.ts'
import type { FieldMemory } from './field-memory.ts'

/** A parsed request head. One object for each request under way, used again for request after request. */
export class RequestHead {
  readonly majorVersion = 1
  method = ''
  /** As it stood in the request line. */
  target = ''
  /** 0 or 1: HTTP/1.0 or HTTP/1.1. */
  minorVersion = 1
  readonly headers = new HeaderBlock()
  readonly received = new WireCount()
  /** What stays from message to message on the connection that it serves. */
  memory: FieldMemory | undefined
  /** The last host that was found well-formed. */
  checkedHost = ''
  host = ''
  framing: Framing = NO_BODY
  /** −1 where none is said. */
  contentLength = -1
  /** The client wants the connection to go on (RFC 9112 §9.3). */
  isKeptAlive = true
  /** `close` was among the connection options: whatever else they say, this message is the last (RFC 9112 §9.3). */
  isLast = false
  expectsContinue = false
  /** The protocol asked for with `connection: upgrade`, in lower case; '' for none. */
  upgrade = ''

  reset(): void {
    this.headers.clear()
    this.method = ''
    this.target = ''
    this.minorVersion = 1
    this.host = ''
    this.framing = NO_BODY
    this.contentLength = -1
    this.isKeptAlive = true
    this.isLast = false
    this.expectsContinue = false
    this.upgrade = ''
  }
}
