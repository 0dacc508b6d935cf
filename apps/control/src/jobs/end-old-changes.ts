import { expireChanges } from '../changes/expire-changes.ts'
import type { Store } from '../store/open-store.ts'

const everyMs = 60_000

/** Ends changes whose time is over. Replicas may do it at once: each change ends in a transaction of its own. */
export function endOldChanges(store: Store, clock: () => number = Date.now): AsyncDisposable {
  let running: Promise<unknown> | undefined
  const turn = () => {
    running ??= expireChanges(store, clock())
      // The database is away: the next turn finds the same.
      .catch(() => undefined)
      .finally(() => {
        running = undefined
      })
  }
  const timer = setInterval(turn, everyMs)
  turn()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    },
  }
}
