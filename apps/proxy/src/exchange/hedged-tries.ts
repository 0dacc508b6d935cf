import type { HeaderBlock } from './header-block.ts'
import { HedgedTry } from './hedged-try.ts'
import type { Retries } from './retries.ts'
import type { UpstreamEvents, UpstreamFailure } from './upstream-port.ts'
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

/**
 * The tries of one request of which several may be under way (`hedge_on_per_try_timeout`): one that takes longer than its
 * time is not given up, the next one begins beside it, and the first good answer is the client's.
 */
export class HedgedTries {
  private readonly forward: HedgedForward
  private readonly retries: Retries
  private readonly earlier = new Set<HedgedTry>()
  private newest: HedgedTry | undefined

  constructor(forward: HedgedForward, retries: Retries) {
    this.forward = forward
    this.retries = retries
  }

  /** Earlier tries are under way, and may still bring an answer. */
  get areWaiting(): boolean {
    return this.earlier.size > 0
  }

  /** Whether the policy would rather have another answer, and there may be one. */
  wouldWait(status: number, headers: HeaderBlock): boolean {
    return (this.areWaiting || this.forward.hasNext) && this.retries.covers(status, headers)
  }

  /** What hears of a new try. */
  listen(attempt: UpstreamTry): UpstreamEvents {
    this.newest = new HedgedTry(attempt, this, this.forward)
    return this.newest
  }

  /** The latest try had its time: it goes on as an earlier one. */
  leaveBehind(): void {
    if (this.newest === undefined) return
    this.newest.attempt.isHedged = true
    this.earlier.add(this.newest)
    this.newest = undefined
  }

  /** It is over, or the client's. */
  remove(attempt: HedgedTry): void {
    this.earlier.delete(attempt)
  }

  /** The client has its answer, or nobody waits any more. */
  abandonAll(): void {
    for (const { attempt } of this.earlier) attempt.abandon()
    this.earlier.clear()
  }
}
