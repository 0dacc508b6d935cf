import type { Framing } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamEvents, UpstreamFailure, UpstreamPort } from '../message/upstream-port.ts'
import type { UpstreamTry } from './upstream-try.ts'

/** What forwarding lends to tries that go on beside the latest one. */
export type HedgedForward = UpstreamEvents & {
  /** The latest try. */
  readonly current: UpstreamTry | undefined
  /** Another try is under way or about to begin. */
  readonly hasNext: boolean
  /** The answer of an earlier try will be the client's. */
  promote(attempt: UpstreamTry): void
  /** The last of the earlier tries has failed, and there is no other. */
  onHedgesOver(failure: UpstreamFailure, detail: string): void
}

/** The tries that one stands beside. */
export type OtherTries = {
  readonly areWaiting: boolean
  wouldWait(status: number, headers: HeaderBlock): boolean
  remove(attempt: HedgedTry): void
}

/** Hears of one try, and passes it on as long as that is the one that counts. */
export class HedgedTry implements UpstreamEvents {
  readonly attempt: UpstreamTry
  private readonly tries: OtherTries
  private readonly forward: HedgedForward

  constructor(attempt: UpstreamTry, tries: OtherTries, forward: HedgedForward) {
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

  onUpgraded(status: number, headers: HeaderBlock): void {
    if (this.isLatest) this.forward.onUpgraded(status, headers)
  }

  private fail(failure: UpstreamFailure, detail: string): void {
    this.attempt.fail()
    this.tries.remove(this)
    if (!this.tries.areWaiting && !this.forward.hasNext) this.forward.onHedgesOver(failure, detail)
  }
}
