import { quantile } from './duration-histogram.ts'
import { edgesBetween, mainCell } from './edge-sum.ts'
import type { SignalStore } from './signal-store.ts'

/** Fewer requests make no baseline. */
const requestsMin = 200
/** The newest minutes are left out, so that a problem does not become its own measure at once. */
const leftOutSeconds = 120

/** The p95 of each edge over the last hour, by edge id, read again once a minute. */
export function latencyBaseline(store: SignalStore): (edgeId: string) => number | undefined {
  let known = new Map<string, number>()
  let readAt = 0
  return (id) => {
    const now = store.now()
    if (now - readAt > 60) {
      readAt = now
      known = new Map()
      for (const [edge, sum] of edgesBetween(store, now - 3600, now - leftOutSeconds)) {
        const cell = mainCell(sum)
        const p95 = cell.requests < requestsMin ? undefined : quantile(cell.durations, 0.95)
        if (p95 !== undefined) known.set(edge, p95)
      }
    }
    return known.get(id)
  }
}
