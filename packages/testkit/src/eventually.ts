import { setTimeout as delay } from 'node:timers/promises'

/** Asks until the answer is yes; fails with the last answer's text after the limit, which only what never comes reaches. */
export async function eventually(ask: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`still not so after ${limitMs} ms: ${ask.toString()}`)
    await delay(5)
  }
}
