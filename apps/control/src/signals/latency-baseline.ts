import { quantile } from './duration-histogram.ts'
import type { EarlierSignals } from './earlier-signals.ts'
import { edgePieces, mainCell, sumEdges } from './edge-sum.ts'
import type { SignalStore } from './signal-store.ts'

/** Fewer requests make no baseline. */
const requestsMin = 200
/** Fewer in one part of the hour say nothing of it. */
const partRequestsMin = 20
/** The newest minutes are left out, so that a problem does not become its own measure at once. */
const leftOutSeconds = 120
const partSeconds = 300
const parts = 12

/**
 * The p95 of each edge over the last hour, by edge id, read again once a minute.
 *
 * It is the median of the p95s of five minutes each: taken over the whole hour at once, a twentieth of slow requests would be
 * its p95, and what is slow since four minutes would look as it always did.
 * Of the time before this replica began, what is stored counts.
 */
export function latencyBaseline(store: SignalStore, earlier: EarlierSignals): (edgeId: string) => number | undefined {
  let known = new Map<string, number>()
  let readAt = Number.NEGATIVE_INFINITY
  let earlierRead = 0
  return (id) => {
    const now = store.now()
    if (now - readAt > 60 || earlier.size > earlierRead) {
      readAt = now
      earlier.prune(now - leftOutSeconds - parts * partSeconds)
      earlierRead = earlier.size
      known = readBaselines(store, earlier, now)
    }
    return known.get(id)
  }
}

function readBaselines(store: SignalStore, earlier: EarlierSignals, now: number): Map<string, number> {
  const seen = new Map<string, { requests: number; readonly p95s: number[] }>()
  for (let part = 0; part < parts; part++) {
    const until = now - leftOutSeconds - part * partSeconds
    const since = until - partSeconds
    for (const [edge, sum] of sumEdges([...edgePieces(store, since, until), ...earlier.between(since, until)])) {
      const { requests, durations } = mainCell(sum)
      const p95 = requests < partRequestsMin ? undefined : quantile(durations, 0.95)
      if (p95 === undefined) continue
      const of = seen.get(edge) ?? { requests: 0, p95s: [] }
      of.requests += requests
      of.p95s.push(p95)
      seen.set(edge, of)
    }
  }
  const baselines = new Map<string, number>()
  for (const [edge, { requests, p95s }] of seen) {
    // Of two in the middle the faster: nobody complains that it was faster before.
    const median = p95s.sort((a, b) => a - b)[(p95s.length - 1) >> 1]
    if (requests >= requestsMin && median !== undefined) baselines.set(edge, median)
  }
  return baselines
}
