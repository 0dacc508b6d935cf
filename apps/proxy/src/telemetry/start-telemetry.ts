import type { ExchangeObserver } from '../exchange/exchange-observer.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import type { ProcessMetrics } from './process-metrics.ts'
import { renderPrometheus } from './render-prometheus.ts'
import { type Reporter, RequestMetrics } from './request-metrics.ts'
import { AccessLogs } from './write-access-log.ts'

export type Telemetry = {
  readonly observer: ExchangeObserver
  readonly requests: RequestMetrics
  /** All metrics as Prometheus text; `traffic` gives the gauges. */
  render(traffic: Traffic): Promise<string>
  close(): void
}

/** What the proxy counts and logs about its traffic. */
export function startTelemetry(reporter: Reporter): Telemetry {
  const requests = new RequestMetrics(reporter)
  const accessLogs = new AccessLogs()
  let gauges: Promise<ProcessMetrics> | undefined
  return {
    requests,
    observer: {
      onExchangeEnd(exchange) {
        requests.record(exchange)
        if (exchange.chain.accessLog !== undefined) accessLogs.log(exchange)
      },
      onConnectionOpen: () => undefined,
      onConnectionClose: () => undefined,
      onTcpEnd: () => undefined,
    },
    async render({ load }) {
      // Loaded with the first scrape: a proxy that nobody scrapes need not hold it.
      gauges ??= import('./process-metrics.ts').then(({ processMetrics }) => processMetrics())
      const { render } = await gauges
      return `${await render(load, accessLogs.dropped)}${renderPrometheus(requests)}`
    },
    close: () => accessLogs.close(),
  }
}
