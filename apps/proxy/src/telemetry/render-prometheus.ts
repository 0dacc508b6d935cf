import { durationBoundsMs } from '../counts/histogram-cell.ts'
import type { RequestMetrics } from './request-metrics.ts'
import type { TcpMetrics } from './tcp-metrics.ts'

/** The metrics of requests and TCP connections as Prometheus text, written directly: the label texts are there already. */
export function renderPrometheus(metrics: RequestMetrics, tcp: TcpMetrics): string {
  const requests = ['# TYPE istio_requests_total counter']
  const durations = ['# TYPE istio_request_duration_milliseconds histogram']
  const received = ['# TYPE istio_request_bytes_total counter']
  const sent = ['# TYPE istio_response_bytes_total counter']
  for (const series of metrics.all()) {
    const { labelText, duration } = series
    requests.push(`istio_requests_total${labelText} ${series.requests}`)
    received.push(`istio_request_bytes_total${labelText} ${series.requestBytes}`)
    sent.push(`istio_response_bytes_total${labelText} ${series.responseBytes}`)
    const open = labelText.slice(0, -1)
    let below = 0
    for (const [index, bound] of durationBoundsMs.entries()) {
      below += duration.counts[index] as number // one count per bound
      durations.push(`istio_request_duration_milliseconds_bucket${open},le="${bound}"} ${below}`)
    }
    durations.push(`istio_request_duration_milliseconds_bucket${open},le="+Inf"} ${duration.count}`)
    durations.push(`istio_request_duration_milliseconds_sum${labelText} ${duration.sum}`)
    durations.push(`istio_request_duration_milliseconds_count${labelText} ${duration.count}`)
  }
  return `${[...requests, ...durations, ...received, ...sent, ...renderTcp(tcp)].join('\n')}\n`
}

function renderTcp(tcp: TcpMetrics): string[] {
  const opened = ['# TYPE istio_tcp_connections_opened_total counter']
  const closed = ['# TYPE istio_tcp_connections_closed_total counter']
  const received = ['# TYPE istio_tcp_received_bytes_total counter']
  const sent = ['# TYPE istio_tcp_sent_bytes_total counter']
  for (const series of tcp.all()) {
    const { labelText } = series
    opened.push(`istio_tcp_connections_opened_total${labelText} ${series.opened}`)
    closed.push(`istio_tcp_connections_closed_total${labelText} ${series.closed}`)
    received.push(`istio_tcp_received_bytes_total${labelText} ${series.received}`)
    sent.push(`istio_tcp_sent_bytes_total${labelText} ${series.sent}`)
  }
  return [...opened, ...closed, ...received, ...sent]
}
