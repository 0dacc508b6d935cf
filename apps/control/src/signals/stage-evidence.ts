import type { SignalWindow, StageSignals } from '../rollouts/stage-signals.ts'
import { quantile } from './duration-histogram.ts'
import type { SignalStore } from './signal-store.ts'
import { coarseSeconds } from './signal-track.ts'

/** What the proxies of a rollout reported, for its judgement. A window longer than the memory is cut to what is there. */
export function stageEvidence(store: SignalStore): StageSignals {
  return {
    window({ proxyIds, since, until }): SignalWindow {
      const from = Math.max(Math.floor(since / 1000), store.now() - coarseSeconds)
      const cell = store.ofProxies(proxyIds, from, Math.ceil(until / 1000))
      return {
        requests: cell.requests,
        errors: cell.ownErrors,
        denied: cell.denied,
        injected: cell.injected,
        p99Ms: quantile(cell.durations, 0.99),
      }
    },
  }
}
