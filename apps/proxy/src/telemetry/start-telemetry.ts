import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { ExchangeObserver } from '../exchange/exchange-observer.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
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
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] })
  const inFlight = gauge('heddle_proxy_requests_in_flight', 'Requests under way')
  const connections = gauge('heddle_proxy_connections', 'Downstream connections')
  const faults = gauge('heddle_proxy_faults_active', 'Requests that a fault delays now')
  const dropped = gauge('heddle_proxy_access_log_lines_dropped', 'Lines that found no room while the disk was slow')
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
      inFlight.set(load.inFlight)
      connections.set(load.connections)
      faults.set(load.faultsActive)
      dropped.set(accessLogs.dropped)
      return `${await registry.metrics()}${renderPrometheus(requests)}`
    },
    close: () => accessLogs.close(),
  }
}
