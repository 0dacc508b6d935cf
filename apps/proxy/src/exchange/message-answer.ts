import { LENGTH } from '../message/body-framing.ts'
import { grpcMessage } from '../message/grpc-status.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { AnswerDetour } from './answer-detour.ts'

/** A field that is longer is too long for many who read it. */
const bytesMax = 4096

/** The body of an answer that its client could not read: it becomes the message of the call, and the head waits for it. */
export class MessageAnswer extends AnswerDetour {
  protected override readonly isHolding = true
  private readonly parts: Buffer[] = []
  private bytes = 0

  take(chunk: Buffer): boolean {
    this.exchange.responseBytes -= chunk.length
    const kept = chunk.subarray(0, bytesMax - this.bytes)
    this.bytes += kept.length
    if (kept.length > 0) this.parts.push(Buffer.from(kept))
    return true
  }

  end(_trailers: HeaderBlock | undefined): void {
    const { exchange } = this
    const { responseHeaders: headers } = exchange
    if (headers !== undefined) {
      if (this.bytes > 0) headers.set('grpc-message', grpcMessage(Buffer.concat(this.parts)))
      exchange.downstream.sendHead(exchange.status, headers, LENGTH, 0)
    }
    this.sendEnd(undefined)
  }

  downstreamDrained(): void {}

  protected halt(): void {}
}
