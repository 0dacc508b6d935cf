import { setTimeout as delay } from 'node:timers/promises'
import { isUnreachable } from './open-store.ts'

const againMs = 300
/** Long enough for a server that fails over; whoever started us must learn of one that stays away. */
const limitMs = 30_000

/**
 * One step of the start, again while the database does not answer: it was found to be usable a moment ago, and a start that
 * gives up is one more outage. Throws the step's last error after 30 s, and any other one at once. The step must bear repeating.
 */
export async function whileAway<Result>(step: () => Promise<Result>): Promise<Result> {
  const end = performance.now() + limitMs
  for (;;) {
    try {
      return await step()
    } catch (error) {
      if (!isUnreachable(error) || performance.now() > end) throw error
      await delay(againMs)
    }
  }
}
