import { setTimeout as delay } from 'node:timers/promises'

/** Longer than this nobody is kept waiting in all: who asked too much is told when to come back. */
const waitMaxMs = 60_000
/** A busy machine's database is back by then; who has none that comes back is told so soon. */
const databaseMaxMs = 10_000
/** A wait that is noticed is said. */
const silentMs = 2000

/**
 * Asks again, after the time that the server names, while it answers that there were too many requests (429), or that its
 * database does not answer (503): it has done nothing when it names one. The last answer, when the time is longer than anybody
 * should be kept.
 */
export async function waitForTurn(
  ask: () => Promise<Response>,
  say: (line: string) => void = (line) => console.error(line),
): Promise<Response> {
  const leftMs = { 429: waitMaxMs, 503: databaseMaxMs }
  for (;;) {
    const response = await ask()
    const { status } = response
    if (status !== 429 && status !== 503) return response
    const waitMs = retryAfterMs(response.headers.get('retry-after'), Date.now())
    if (waitMs === undefined || waitMs > leftMs[status]) return response
    // The connection can carry the next one.
    await response.arrayBuffer()
    if (status === 503 && leftMs[503] === databaseMaxMs) say('heddle: the database does not answer; asking again')
    else if (waitMs >= silentMs) say(`heddle: too many requests; asking again in ${Math.ceil(waitMs / 1000)} s`)
    leftMs[status] -= waitMs
    await delay(waitMs)
  }
}

/** RFC 9110, section 10.2.3: seconds, or a date. Undefined: it does not say, or not in a way that can be read. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  // At least a little, so that a server that says 0 is not asked without a pause.
  if (/^\d{1,9}$/.test(header)) return Math.max(100, Number(header) * 1000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(100, at - nowMs)
}
