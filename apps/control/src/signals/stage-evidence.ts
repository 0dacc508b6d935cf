import { edgeKey } from '../rollouts/stage-baseline.ts'
import {
  addWindows,
  type EdgeEvidence,
  emptyWindow,
  type SignalWindow,
  type StageSignals,
} from '../rollouts/stage-signals.ts'
import { quantile } from './duration-histogram.ts'
import { outside } from './request-observation.ts'
import { type Outcomes, slotSeconds } from './revision-track.ts'
import type { SignalStore } from './signal-store.ts'
import { coarseSeconds } from './signal-track.ts'

/** What the proxies of a rollout reported, for its judgement. A window longer than the memory is cut to what is there. */
export function stageEvidence(store: SignalStore): StageSignals {
  return {
    get knownSince() {
      return store.firstReportAt * 1000
    },
    window({ proxyIds, since, until }): SignalWindow {
      // The second in which a stage began is of the time before: half of it, and never of both.
      const from = Math.max(Math.ceil(since / 1000), store.now() - coarseSeconds)
      const cell = store.ofProxies(proxyIds, from, Math.ceil(until / 1000))
      return {
        requests: cell.requests,
        errors: cell.ownErrors,
        denied: cell.denied,
        injected: cell.injected,
        p99Ms: quantile(cell.durations, 0.99),
      }
    },
    edges({ destinations, revision, since, until, before }): EdgeEvidence[] {
      const edges = new Map<string, EdgeEvidence>()
      for (const { reporter, source, destination, byRevision } of store.allEdges()) {
        const to = `${destination.namespace}/${destination.service}`
        if (!destinations.has(to)) continue
        const from = source.service === outside ? 'outside' : `${source.namespace}/${source.service}`
        const between = (a: number, b: number, isWanted: (of: number) => boolean) =>
          windowOf(byRevision.sum(a / 1000, b / 1000, isWanted))
        // Instances of several versions answer one edge; each side reports of its own.
        const edge = `${from} to ${to}`
        const key = edgeKey({ reporter, edge })
        const known = edges.get(key) ?? {
          reporter,
          edge,
          destination: to,
          stage: emptyWindow,
          others: emptyWindow,
          before: emptyWindow,
        }
        edges.set(key, {
          ...known,
          stage: addWindows(
            known.stage,
            between(since, until, (of) => of === revision),
          ),
          others: addWindows(
            known.others ?? emptyWindow,
            // The step in which the stage began is theirs too who had not acknowledged it yet.
            between(since + slotSeconds * 1000, until, (of) => of !== revision),
          ),
          before: addWindows(
            known.before,
            between(before.since, before.until, (of) => of !== revision),
          ),
        })
      }
      return [...edges.values()]
    },
  }
}

function windowOf(outcomes: Outcomes): SignalWindow {
  return { ...emptyWindow, ...outcomes }
}
