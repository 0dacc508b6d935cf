import { blockSeconds, type EarlierSignals } from '../signals/earlier-signals.ts'
import { fromMinuteRow } from '../signals/minute-row.ts'
import type { Store } from '../store/open-store.ts'
import { readSignalMinutes } from '../store/signal-minutes.ts'
import { whileAway } from '../store/while-away.ts'

const recalledSeconds = 3600

/** Reads what is stored of the hour before `startedAt`, newest first, block by block: a large mesh has much of it, and nobody waits for it. */
export function recallSignals(earlier: EarlierSignals, store: Store, startedAt: number): AsyncDisposable {
  let isOver = false
  const read = async () => {
    const newest = Math.floor(startedAt / blockSeconds) * blockSeconds
    for (let begin = newest; begin > startedAt - recalledSeconds && !isOver; begin -= blockSeconds) {
      // What comes from here on is counted in memory, and must not be counted twice.
      const to = new Date(Math.min(begin + blockSeconds, startedAt) * 1000)
      const rows = await whileAway(() => readSignalMinutes(store, { from: new Date(begin * 1000), to }))
      if (rows.length > 0) earlier.put(begin, rows.map(fromMinuteRow))
    }
  }
  const reading = read().catch((error: unknown) => {
    // Without it the measure grows in minutes, as it does on the first day.
    if (!isOver)
      console.error(JSON.stringify({ level: 'warn', message: 'earlier signals not read', error: `${error}` }))
  })
  return {
    async [Symbol.asyncDispose]() {
      isOver = true
      await reading
    },
  }
}
