import type { Framing } from './body-framing.ts'
import type { HeaderBlock } from './header-block.ts'
import type { HedgedForward, HedgedTries } from './hedged-tries.ts'
import type { UpstreamEvents, UpstreamFailure, UpstreamPort } from './upstream-port.ts'
import type { UpstreamTry } from './upstream-try.ts'

/** Hears of one try, and passes it on as long as that is the one that counts. */
export class HedgedTry implements UpstreamEvents {
  readonly attempt: UpstreamTry
  private readonly tries: HedgedTries
  private readonly forward: HedgedForward

  constructor(attempt: UpstreamTry, tries: HedgedTries, forward: HedgedForward) {
    this.attempt = attempt
    this.tries = tries
    this.forward = forward
  }

  private get isLatest(): boolean {
    return this.forward.current === this.attempt
  }

  onUpstreamReady(port: UpstreamPort): void {
    if (this.isLatest) this.forward.onUpstreamReady(port)
    else port.abandon()
  }

  onUpstreamFailed(failure: UpstreamFailure, detail: string): void {
    if (this.isLatest) this.forward.onUpstreamFailed(failure, detail)
    else this.fail(failure, detail)
  }

  onInterim(status: number, headers: HeaderBlock): void {
    if (this.isLatest) this.forward.onInterim(status, headers)
  }

  onResponse(status: number, headers: HeaderBlock, framing: Framing, contentLength: number): void {
    const { forward, attempt, tries } = this
    if (!this.isLatest) {
      tries.remove(this)
      // One that is not worth having is passed over while there may be a better one.
      if (tries.wouldWait(status, headers)) {
        attempt.abandon()
        return
      }
      forward.promote(attempt)
    }
    forward.onResponse(status, headers, framing, contentLength)
  }

  onResponseData(chunk: Buffer): void {
    if (this.isLatest) this.forward.onResponseData(chunk)
  }

  onResponsePaused(): void {
    if (this.isLatest) this.forward.onResponsePaused()
  }

  onResponseEnd(trailers: HeaderBlock | undefined): void {
    if (this.isLatest) this.forward.onResponseEnd(trailers)
  }

  onUpstreamDrained(): void {
    if (this.isLatest) this.forward.onUpstreamDrained()
  }

  onUpgraded(headers: HeaderBlock): void {
    if (this.isLatest) this.forward.onUpgraded(headers)
  }

  private fail(failure: UpstreamFailure, detail: string): void {
    this.attempt.end()
    this.tries.remove(this)
    if (!this.tries.areWaiting && !this.forward.hasNext) this.forward.onHedgesOver(failure, detail)
  }
}
