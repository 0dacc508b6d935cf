import type { Health, Signals } from '@heddle/shared/api/graph'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { causeOf, healthReason, healthTone, healthWord } from './health-words.ts'
import { SinceWhen } from './since-when.tsx'

/** The numbers of a service or an edge, and how they were measured. */
export function SignalFacts({
  signals,
  health,
  since,
  baselines,
  windowSeconds,
}: {
  readonly signals: Signals
  readonly health: Health
  /** Since when it has been unwell. */
  readonly since?: string | undefined
  /** The p95 that it had in the hour before: of each edge that counts. */
  readonly baselines: readonly (number | undefined)[]
  readonly windowSeconds: number
}) {
  const isLatencyKnown = baselines.every((each) => each !== undefined)
  const isSlow = (health === 'fail' || health === 'warn') && causeOf(health, signals) === 'latency'
  const [baseline] = baselines.length === 1 ? baselines : []
  return (
    <section aria-label="Signals" className="flex flex-col gap-2">
      <p className="text-form">
        <StatusGlyph tone={healthTone[health]}>{healthWord[health]}</StatusGlyph>
        <span className="block text-meta text-muted">
          {healthReason(health, signals, isLatencyKnown)}
          {isSlow && baseline !== undefined ? `, which was ${formatMs(baseline)}` : ''}
          {since === undefined ? '.' : ','} {since === undefined ? null : <SinceWhen since={since} />}
        </span>
      </p>
      <dl className="grid grid-cols-3 gap-x-3 gap-y-2">
        <Fact name="Requests" value={formatNumber(signals.requestsPerSecond, 'rps')} />
        <Fact name="Errors" value={formatShare(signals.errorShare)} />
        <Fact name="Denied" value={formatShare(signals.deniedShare)} />
        <Fact name="p50" value={formatMs(signals.p50Ms)} />
        <Fact name="p95" value={formatMs(signals.p95Ms)} />
        <Fact name="p99" value={formatMs(signals.p99Ms)} />
        {signals.injectedShare > 0 ? <Fact name="By a fault" value={formatShare(signals.injectedShare)} /> : null}
      </dl>
      <p className="text-meta text-muted">
        {signals.requests.toLocaleString('en')} requests in {Math.round(windowSeconds)} s, as the callers' proxies saw
        them; percentiles are estimated from buckets.
      </p>
    </section>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt className="text-meta text-muted">{name}</dt>
      <dd className="font-medium text-form stale:opacity-70">{value}</dd>
    </div>
  )
}
