import { setTimeout as delay } from 'node:timers/promises'

/** Of one person, that wait; more would only make the wait of others longer. */
const waitingMax = 8

/**
 * One piece of long work after the other, each followed by a pause as long as it took: what takes several turns of the
 * event loop, as every request does, gets through in it.
 */
export class Turns {
  private last: Promise<void> = Promise.resolve()
  private readonly waiting = new Map<string, number>()

  /** True when a person has as much waiting as is allowed. */
  isFull(personId: string): boolean {
    return (this.waiting.get(personId) ?? 0) >= waitingMax
  }

  /** Waits for its turn; the caller says how long it took when it is over. */
  async take(personId: string): Promise<(tookMs: number) => void> {
    this.waiting.set(personId, (this.waiting.get(personId) ?? 0) + 1)
    const before = this.last
    let end = (_tookMs: number): void => undefined
    this.last = new Promise((resolve) => {
      end = (tookMs) => void delay(tookMs).then(resolve)
    })
    await before
    const left = (this.waiting.get(personId) ?? 1) - 1
    if (left === 0) this.waiting.delete(personId)
    else this.waiting.set(personId, left)
    return end
  }
}
