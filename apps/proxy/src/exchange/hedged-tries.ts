import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamEvents } from '../message/upstream-port.ts'
import { type HedgedForward, HedgedTry, type OtherTries } from './hedged-try.ts'
import type { Retries } from './retries.ts'
import type { UpstreamTry } from './upstream-try.ts'

/**
 * The tries of one request of which several may be under way (`hedge_on_per_try_timeout`): one that takes longer than its
 * time is not given up, the next one begins beside it, and the first good answer is the client's.
 */
export class HedgedTries implements OtherTries {
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
