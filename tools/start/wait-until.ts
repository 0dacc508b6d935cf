import { setTimeout as delay } from 'node:timers/promises'
import { PlainError } from '../task-list.mjs'

/** Asks again and again until the answer is yes; `alive` may throw to end the wait early. */
export async function waitUntil(
  what: string,
  ask: () => Promise<boolean>,
  { limitMs, alive }: { readonly limitMs: number; readonly alive?: () => void },
): Promise<void> {
  const end = performance.now() + limitMs
  for (;;) {
    if (await ask().catch(() => false)) return
    alive?.()
    if (performance.now() > end) throw new PlainError(`${what} did not become ready within ${limitMs / 1000} s`)
    await delay(60)
  }
}

/** True when the address answers with a status below 400. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000), redirect: 'manual' })
  await response.body?.cancel()
  return response.status < 400
}
