import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { HeaderBlock } from '../message/header-block.ts'
import type { RedirectedRequest } from './redirected-request.ts'

/** Who serves an exchange. Filters see narrower types of an exchange, so that they cannot call it. */
export type ExchangeServer = {
  onEnd(): void
  /** What the runtime says at the moment. */
  readonly runtime: { values(): RuntimeValues }
  resume(): void
  /** It goes on when its body is here whole; beyond so many bytes it is refused. */
  awaitBody(bytesMax: number): void
  /** The request's body, from what has written it another way. */
  sendOn(chunk: Buffer): void
  endOn(trailers: HeaderBlock | undefined): void
  /** The body cannot be written another way. */
  refuseBody(status: number, details: string, text: string): void
  /** Likewise that of the answer. */
  cutAnswer(details: string): void
  /** The answer leads to another request, which takes this one's place. */
  redirect(next: RedirectedRequest, body: readonly Buffer[]): void
}
