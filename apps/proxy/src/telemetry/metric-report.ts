import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { durationBoundsMs } from '../counts/histogram-cell.ts'
import type { PolicyTally } from '../counts/policy-tallies.ts'
import { encodeMetric, writeCounter } from './otlp-metric.ts'
import { encodeAttributes, nanosOf, wrapScope, writeMessage } from './otlp-writer.ts'
import { PolicyReport } from './policy-report.ts'
import type { RequestMetrics, RequestSeries } from './request-metrics.ts'
import type { TcpMetrics } from './tcp-metrics.ts'
import { TcpReport } from './tcp-report.ts'

/** What was counted of a series when it was last reported. */
type Baseline = {
  requests: number
  durationSum: number
  readonly counts: Float64Array
  /** The labels, encoded once: for counters (field 7) and for histograms (field 9). */
  readonly counterLabels: Uint8Array
  readonly histogramLabels: Uint8Array
}

/** Turns the cells into what changed since the last report. A report that was lost is told again with the next one. */
export class MetricReport {
  private readonly baselines = new WeakMap<RequestSeries, Baseline>()
  private readonly metrics: RequestMetrics
  private readonly tcp: TcpReport
  private readonly policies: PolicyReport
  private readonly resource: Uint8Array
  private pending: (() => void)[] = []

  constructor(metrics: RequestMetrics, tcp: TcpMetrics, policies: () => Iterable<PolicyTally>, resource: Uint8Array) {
    this.metrics = metrics
    this.tcp = new TcpReport(tcp)
    this.policies = new PolicyReport(policies)
    this.resource = resource
  }

  /** An ExportMetricsServiceRequest; `gauges` are sent as they are. */
  encode(gauges: Iterable<readonly [string, number]>, nowMs: number): Uint8Array {
    const time = nanosOf(nowMs)
    const requests = new BinaryWriter()
    const durations = new BinaryWriter()
    this.pending = []
    for (const series of this.metrics.all()) {
      const before = this.baselineOf(series)
      const count = series.requests - before.requests
      if (count === 0) continue
      writeCounter(requests, count, time, before.counterLabels)
      writeHistogram(durations, series, before, time)
      const { requests: total } = series
      const { sum } = series.duration
      const counts = series.duration.counts.slice()
      this.pending.push(() => {
        before.requests = total
        before.durationSum = sum
        before.counts.set(counts)
      })
    }
    const metrics = [...gaugesOf(gauges, time), ...this.tcp.encode(time), ...this.policies.encode(time)]
    if (this.pending.length > 0) {
      metrics.push(encodeMetric('istio_requests_total', '{request}', 7, requests.finish(), true))
      metrics.push(encodeMetric('istio_request_duration_milliseconds', 'ms', 9, durations.finish(), false))
    }
    return wrapScope(this.resource, 'heddle', metrics)
  }

  /** The last report arrived, or is given up: the next one begins after it. */
  commit(): void {
    for (const take of this.pending) take()
    this.pending = []
    this.tcp.commit()
    this.policies.commit()
  }

  private baselineOf(series: RequestSeries): Baseline {
    let known = this.baselines.get(series)
    if (known === undefined) {
      const labels = Object.entries(series.labels)
      known = {
        requests: 0,
        durationSum: 0,
        counts: new Float64Array(series.duration.counts.length),
        counterLabels: encodeAttributes(7, labels),
        histogramLabels: encodeAttributes(9, labels),
      }
      this.baselines.set(series, known)
    }
    return known
  }
}

function writeHistogram(writer: BinaryWriter, { duration }: RequestSeries, before: Baseline, time: bigint): void {
  writeMessage(writer, 1, (point) => {
    point.tag(3, WireType.Bit64).fixed64(time)
    let total = 0
    const counts = duration.counts.map((count, index) => {
      const changed = count - (before.counts[index] ?? 0)
      total += changed
      return changed
    })
    point.tag(4, WireType.Bit64).fixed64(total)
    point.tag(5, WireType.Bit64).double(duration.sum - before.durationSum)
    writeMessage(point, 6, (packed) => {
      for (const count of counts) packed.fixed64(count)
    })
    writeMessage(point, 7, (packed) => {
      for (const bound of durationBoundsMs) packed.double(bound)
    })
    point.raw(before.histogramLabels)
  })
}

function* gaugesOf(gauges: Iterable<readonly [string, number]>, time: bigint): Iterable<Uint8Array> {
  for (const [name, value] of gauges) {
    const writer = new BinaryWriter()
    writer.tag(1, WireType.LengthDelimited).string(name)
    writeMessage(writer, 5, (gauge) => {
      writeMessage(gauge, 1, (point) => {
        point.tag(3, WireType.Bit64).fixed64(time)
        point.tag(4, WireType.Bit64).double(value)
      })
    })
    yield writer.finish()
  }
}
