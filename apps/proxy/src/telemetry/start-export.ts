import type { PolicyTally } from '../counts/policy-tallies.ts'
import { MetricReport } from './metric-report.ts'
import { OtlpClient, type OtlpSignal } from './otlp-client.ts'
import { encodeAttributes, wrapScope } from './otlp-writer.ts'
import type { RequestMetrics } from './request-metrics.ts'
import type { RequestRecorder } from './request-recorder.ts'
import type { SpanRecorder } from './span-recorder.ts'
import type { TcpMetrics } from './tcp-metrics.ts'

export type ExportOptions = {
  /** "host:port" of a receiver of OTLP/gRPC. */
  readonly address: string
  readonly intervalMs: number
  /** Who reports: attributes of the resource. */
  readonly resource: Readonly<Record<string, string>>
  readonly requests: RequestMetrics
  readonly tcp: TcpMetrics
  /** What of the configuration requests met. */
  readonly policies: () => Iterable<PolicyTally>
  readonly records: RequestRecorder
  readonly spans: SpanRecorder
  readonly gauges: () => Iterable<readonly [string, number]>
}

export type Export = {
  /** Sends what is left, then ends. */
  close(): Promise<void>
}

const itemsPerRequest = 500
/** Counts of a receiver that was away for longer would look like one large burst when it is back: they are given up. */
const heldBackMaxMs = 10_000

/** Reports over OTLP. Traffic never waits for it: what cannot be sent waits within bounds, then is dropped and counted. */
export function startExport(options: ExportOptions): Export {
  const { address, intervalMs, requests, tcp, records, spans, gauges } = options
  const resource = encodeAttributes(1, Object.entries(options.resource))
  const client = new OtlpClient(address)
  const report = new MetricReport(requests, tcp, options.policies, resource)
  let sentAt = Date.now()

  const sendMetrics = async () => {
    const now = Date.now()
    if (!client.isReady('metrics', now)) return
    const outcome = await client.send('metrics', report.encode(gauges(), now))
    if (outcome === 'sent') sentAt = now
    if (outcome !== 'unreachable' || now - sentAt > heldBackMaxMs) report.commit()
  }
  const sendItems = async (signal: OtlpSignal, scope: string, buffer: RequestRecorder | SpanRecorder) => {
    if (!client.isReady(signal, Date.now())) return
    const items = buffer.take(itemsPerRequest)
    if (items.length === 0) return
    const outcome = await client.send(signal, wrapScope(resource, scope, items))
    if (outcome === 'unreachable' || outcome === 'busy') buffer.putBack(items)
  }
  const sendAll = () =>
    Promise.all([sendMetrics(), sendItems('logs', 'heddle.request', records), sendItems('trace', 'heddle', spans)])
  const timer = setInterval(() => void sendAll(), intervalMs)
  timer.unref()
  return {
    async close() {
      clearInterval(timer)
      await sendAll()
      client.close()
    },
  }
}
