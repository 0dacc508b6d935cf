import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from './start-test-control.ts'

const persistMaxMs = 60_000
const momentMs = 250

/**
 * As clients do what 503 `store_unavailable` tells them: they try again in a moment. When many at once wait for one row, some
 * wait longer on a slow machine than the control plane lets anybody wait.
 */
export async function persist(ask: () => Promise<Answer>): Promise<Answer> {
  const end = performance.now() + persistMaxMs
  let answer = await ask()
  while (answer.body?.code === 'store_unavailable' && performance.now() < end) {
    await delay(momentMs)
    answer = await ask()
  }
  return answer
}
