import type { Health } from '@heddle/shared/api/graph'
import { type EdgePiece, edgeId, mainCell, sumEdges } from './edge-sum.ts'
import type { EdgeTrack } from './edge-track.ts'
import { isUnwell, judgeHealth } from './judge-health.ts'
import type { SignalStore } from './signal-store.ts'
import { coarseSeconds, coarseWidth } from './signal-track.ts'
import { edgeSignals } from './to-signals.ts'

/** As wide as the window of the graph, so that both judge alike. */
const windowSeconds = 15
/** So long may an edge have had too few requests to be judged and still be unwell since before. */
const unjudgedSecondsMax = 120

/**
 * Since when an edge has been unwell without a window in which it was well, in epoch seconds, to five seconds.
 *
 * Looked for in what is kept when an edge becomes unwell, so that a control plane that has just heard of it knows as well,
 * and remembered until it is well again.
 */
export function unwellSince(
  store: SignalStore,
  baseline: (edgeId: string) => number | undefined,
): (id: string, health: Health) => number | undefined {
  const known = new Map<string, number>()
  return (id, health) => {
    if (health === 'ok' || health === 'idle') known.delete(id)
    if (!isUnwell(health)) return undefined
    const since = known.get(id) ?? lookBack(store, id, baseline(id))
    known.set(id, since)
    return since
  }
}

function lookBack(store: SignalStore, id: string, baselineP95Ms: number | undefined): number {
  const tracks = [...store.allEdges()].filter(({ source, destination }) => edgeId(source, destination) === id)
  const newest = Math.floor(store.now() / coarseWidth) * coarseWidth
  let since = newest - coarseWidth
  for (let until = newest; until > newest - coarseSeconds + windowSeconds; until -= coarseWidth) {
    const health = healthBetween(store, tracks, until, baselineP95Ms)
    // What made this window unwell came in its newest part: the one before it was not.
    if (isUnwell(health)) since = until - coarseWidth
    else if (health === 'ok' && until < newest) break
    if (since - until > unjudgedSecondsMax) break
  }
  return since
}

function healthBetween(
  store: SignalStore,
  tracks: readonly EdgeTrack[],
  until: number,
  baselineP95Ms: number | undefined,
): Health {
  const pieces = tracks.map(
    (edge): EdgePiece => ({ ...edge, cell: edge.track.sum(until - windowSeconds, until, store.now()) }),
  )
  for (const sum of sumEdges(pieces).values()) {
    return mainCell(sum).requests === 0 ? 'idle' : judgeHealth(edgeSignals(sum, windowSeconds), baselineP95Ms)
  }
  return 'idle'
}
