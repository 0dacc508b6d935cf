import type { HeaderBlock } from '../message/header-block.ts'
import type { RefusalAnswer } from '../message/refusal-answer.ts'
import type { HeadRefusal } from './head-refusal.ts'

/** Takes the requests of one connection, one after the other. */
export type RequestHandler = {
  onRequest(): void
  onRequestData(chunk: Buffer): void
  onRequestEnd(trailers: HeaderBlock | undefined): void
  /** The body broke off or is malformed: no answer can be trusted to reach the client in order. */
  onRequestBroken(refusal: HeadRefusal): void
  /** A head that is answered by the codec itself; for counting and the access log. */
  onRefused(refusal: HeadRefusal, body: string): RefusalAnswer
  onDownstreamDrained(): void
  /** The socket is gone while an exchange is open. */
  onDownstreamClosed(): void
  onStreamIdle(): void
  /** The body has not come whole within `requestTimeoutMs`. */
  onRequestTimeout(): void
  /** It is answered, and the connection waits for the next one. */
  onRequestOver(): void
  /** Nothing has been asked for a while: what only makes the next request cheaper may go. */
  onQuiet(): void
  onConnectionClosed(): void
}
