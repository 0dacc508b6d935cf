import type { Health } from '@heddle/shared/api/graph'
import { type EdgePiece, edgeId, mainCell, sumEdges } from './edge-sum.ts'
import type { EdgeTrack } from './edge-track.ts'
import { type Cause, causeOf, isUnwell, judgeHealth } from './judge-health.ts'
import type { SignalStore } from './signal-store.ts'
import { coarseSeconds, coarseWidth } from './signal-track.ts'
import { edgeSignals } from './to-signals.ts'

/** As wide as the window of the graph, so that both judge alike. */
const windowSeconds = 15
/** So long may an edge have had too few requests to be judged and still be unwell since before. */
const unjudgedSecondsMax = 120

/**
 * Since when an edge has been unwell by what makes it so now, without a window in which it was not, in epoch seconds, to five
 * seconds. One that was slow, and now fails, has failed since it began to.
 *
 * Looked for in what is kept when an edge becomes unwell, so that a control plane that has just heard of it knows as well,
 * and remembered until it is well again.
 */
export function unwellSince(
  store: SignalStore,
  baseline: (edgeId: string) => number | undefined,
): (id: string, health: Health, cause: Cause) => number | undefined {
  const known = new Map<string, { readonly since: number; readonly cause: Cause }>()
  return (id, health, cause) => {
    if (health === 'ok' || health === 'idle') known.delete(id)
    if (!isUnwell(health)) return undefined
    const before = known.get(id)
    if (before?.cause === cause) return before.since
    const since = lookBack(store, id, baseline(id), cause)
    known.set(id, { since, cause })
    return since
  }
}

function lookBack(store: SignalStore, id: string, baselineP95Ms: number | undefined, cause: Cause): number {
  const tracks = [...store.allEdges()].filter(({ source, destination }) => edgeId(source, destination) === id)
  const newest = Math.floor(store.now() / coarseWidth) * coarseWidth
  let since = newest - coarseWidth
  for (let until = newest; until > newest - coarseSeconds + windowSeconds; until -= coarseWidth) {
    const seen = judgedBetween(store, tracks, until, baselineP95Ms)
    // What made this window unwell came in its newest part: the one before it was not.
    if (seen === cause) since = until - coarseWidth
    else if (seen !== 'unjudged' && until < newest) break
    if (since - until > unjudgedSecondsMax) break
  }
  return since
}

/** What made a window unwell; `unjudged` where it had too few requests. */
function judgedBetween(
  store: SignalStore,
  tracks: readonly EdgeTrack[],
  until: number,
  baselineP95Ms: number | undefined,
): Cause | 'ok' | 'unjudged' {
  const pieces = tracks.map(
    (edge): EdgePiece => ({ ...edge, cell: edge.track.sum(until - windowSeconds, until, store.now()) }),
  )
  for (const sum of sumEdges(pieces).values()) {
    if (mainCell(sum).requests === 0) return 'unjudged'
    const signals = edgeSignals(sum, windowSeconds)
    const health = judgeHealth(signals, baselineP95Ms)
    if (isUnwell(health)) return causeOf(health, signals)
    return health === 'ok' ? 'ok' : 'unjudged'
  }
  return 'unjudged'
}
