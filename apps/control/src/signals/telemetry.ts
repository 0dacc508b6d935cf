import type { Health } from '@heddle/shared/api/graph'
import { EarlierSignals } from './earlier-signals.ts'
import type { Cause } from './judge-health.ts'
import { latencyBaseline } from './latency-baseline.ts'
import { PolicyHits } from './policy-hits.ts'
import { RequestRecords } from './request-records.ts'
import { SignalStore } from './signal-store.ts'
import { TraceStore } from './trace-store.ts'
import { unwellSince } from './unwell-since.ts'

/** Everything that was received from proxies and is kept in memory. */
export type Telemetry = {
  readonly signals: SignalStore
  /** Of the hour before the control plane began. */
  readonly earlier: EarlierSignals
  readonly policies: PolicyHits
  readonly records: RequestRecords
  readonly traces: TraceStore
  /** The p95 of an edge in the hour before, by edge id. */
  readonly baseline: (edgeId: string) => number | undefined
  /** Since when an edge that is unwell now has been so, in epoch seconds. */
  readonly unwellSince: (edgeId: string, health: Health, cause: Cause) => number | undefined
}

export function openTelemetry(): Telemetry {
  const signals = new SignalStore()
  const earlier = new EarlierSignals()
  const baseline = latencyBaseline(signals, earlier)
  return {
    signals,
    earlier,
    policies: new PolicyHits(),
    records: new RequestRecords(),
    traces: new TraceStore(),
    baseline,
    unwellSince: unwellSince(signals, baseline),
  }
}
