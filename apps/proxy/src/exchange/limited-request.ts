import type { HeaderBlock } from '../message/header-block.ts'
import { type RecodingExchange, RequestDetour } from './request-detour.ts'

/** Refuses the body of a request that is too long when it has been written another way: what came may have been short. */
export class LimitedRequest extends RequestDetour {
  private bytesLeft: number
  private isHeld = false

  constructor(exchange: RecodingExchange, bytesMax: number) {
    super(exchange)
    this.bytesLeft = bytesMax
  }

  take(chunk: Buffer): boolean {
    if (this.bytesLeft < 0) return true
    this.bytesLeft -= chunk.length
    if (this.bytesLeft < 0) {
      this.exchange.server?.refuseBody(413, 'request_payload_too_large', 'Payload Too Large')
      return true
    }
    this.sendOn(chunk)
    return !this.isHeld
  }

  end(trailers: HeaderBlock | undefined): void {
    if (this.bytesLeft >= 0) this.sendEnd(trailers)
  }

  protected pause(): void {
    this.isHeld = true
  }

  protected go(): void {
    if (!this.isHeld) return
    this.isHeld = false
    this.askForMore()
  }

  protected halt(): void {}
}
