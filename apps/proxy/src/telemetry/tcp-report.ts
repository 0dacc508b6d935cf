import { BinaryWriter } from '@bufbuild/protobuf/wire'
import { encodeMetric, writeCounter } from './otlp-metric.ts'
import { encodeAttributes } from './otlp-writer.ts'
import type { TcpMetrics, TcpSeries } from './tcp-metrics.ts'

const counters = [
  { name: 'istio_tcp_connections_opened_total', unit: '{connection}', of: 'opened' },
  { name: 'istio_tcp_connections_closed_total', unit: '{connection}', of: 'closed' },
  { name: 'istio_tcp_received_bytes_total', unit: 'By', of: 'received' },
  { name: 'istio_tcp_sent_bytes_total', unit: 'By', of: 'sent' },
] as const

type Count = (typeof counters)[number]['of']
type Reported = Record<Count, number> & { readonly labels: Uint8Array }

/** Turns the TCP series into what changed since the last report. Told again when `commit` is not called. */
export class TcpReport {
  private readonly metrics: TcpMetrics
  private readonly reported = new WeakMap<TcpSeries, Reported>()
  private pending: (() => void)[] = []

  constructor(metrics: TcpMetrics) {
    this.metrics = metrics
  }

  encode(time: bigint): Uint8Array[] {
    const points = new Map<Count, BinaryWriter>()
    this.pending = []
    for (const series of this.metrics.all()) {
      const before = this.reportedOf(series)
      for (const { of } of counters) {
        const now = series[of]
        const changed = now - before[of]
        if (changed === 0) continue
        const writer = points.get(of) ?? new BinaryWriter()
        points.set(of, writer)
        writeCounter(writer, changed, time, before.labels)
        this.pending.push(() => {
          before[of] = now
        })
      }
    }
    return counters.flatMap(({ name, unit, of }) => {
      const writer = points.get(of)
      return writer === undefined ? [] : [encodeMetric(name, unit, 7, writer.finish(), true)]
    })
  }

  commit(): void {
    for (const take of this.pending) take()
    this.pending = []
  }

  private reportedOf(series: TcpSeries): Reported {
    let known = this.reported.get(series)
    if (known === undefined) {
      known = { opened: 0, closed: 0, received: 0, sent: 0, labels: encodeAttributes(7, Object.entries(series.labels)) }
      this.reported.set(series, known)
    }
    return known
  }
}
