import type { AdsRequest } from './ads-request.ts'
import type { Answer } from './classify-answer.ts'

/** Names that come and go, and answers that are too late, take less than this of a thread in hours. */
const freeMs = 20
/** A stream that asks on and on has a fifth of the thread. */
const restShare = 4

/**
 * A request of a few bytes may ask about the whole mesh again, and thousands of them come in one piece: how long a stream
 * must rest before its next one is read, so that everybody else gets their turns.
 */
export class AskingPace {
  private spentMs = 0

  /** What one request took of the thread. Returns how long to rest; 0: not at all. */
  restMs(tookMs: number): number {
    this.spentMs += tookMs
    if (this.spentMs < freeMs) return 0
    const rest = this.spentMs * restShare
    this.spentMs = 0
    return rest
  }
}

/** First requests of a type are few, and answers come no faster than our responses are read. */
export function isAskingAgain({ kind }: Answer, { names }: AdsRequest): boolean {
  if (kind === 'names' || kind === 'stale') return true
  return kind !== 'subscribe' && names.mode === 'delta' && names.subscribe.length + names.unsubscribe.length > 0
}
