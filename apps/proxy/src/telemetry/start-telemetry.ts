import { noRuntimeValues, type RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { ExchangeObserver } from '../exchange/exchange-observer.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import type { Reporter } from './party.ts'
import type { ProcessMetrics } from './process-metrics.ts'
import type { TelemetrySettings } from './read-telemetry-env.ts'
import { renderPrometheus } from './render-prometheus.ts'
import { RequestMetrics } from './request-metrics.ts'
import { RequestRecorder } from './request-recorder.ts'
import type { InForce, RequestTallies } from './request-tally.ts'
import type { LoggingSelf } from './service-log.ts'
import { SpanRecorder } from './span-recorder.ts'
import type { Export } from './start-export.ts'
import { TcpMetrics } from './tcp-metrics.ts'
import { AccessLogs } from './write-access-log.ts'

export type TelemetryOptions = {
  readonly reporter: Reporter
  readonly nodeId: string
  readonly self: () => LoggingSelf
  /** Undefined: nothing is sent anywhere. */
  readonly settings: TelemetrySettings | undefined
  readonly runtimeValues?: () => RuntimeValues
}

export type Telemetry = {
  /** A line for a file, written a few times a second with those of access logs. */
  writeLog(path: string, line: string): void
  readonly observer: ExchangeObserver
  readonly requests: RequestMetrics
  /** Requests by how they ended, up to date, and of what there is. */
  tallies(traffic: Traffic): RequestTallies
  /** All metrics as Prometheus text; `traffic` gives the gauges. */
  render(traffic: Traffic): Promise<string>
  /** Begins to report, if it was asked for. */
  follow(traffic: Traffic): Promise<void>
  close(): Promise<void>
}

/** Also where nothing is exported: who scrapes, or nobody, must not fill memory either. */
const sweepMs = 60_000

/** What the proxy counts, logs and reports about its traffic. */
export function startTelemetry({
  reporter,
  nodeId,
  self,
  settings,
  runtimeValues = () => noRuntimeValues,
}: TelemetryOptions): Telemetry {
  const requests = new RequestMetrics(reporter)
  const tcp = new TcpMetrics(reporter)
  const accessLogs = new AccessLogs(runtimeValues)
  const records =
    settings &&
    new RequestRecorder(requests, {
      share: settings.recordShare,
      headers: settings.recordHeaders,
      random: Math.random,
    })
  const spans = settings && new SpanRecorder()
  let gauges: Promise<ProcessMetrics> | undefined
  let exporting: Export | undefined
  let sweeper: NodeJS.Timeout | undefined
  return {
    requests,
    tallies(traffic) {
      requests.forget(inForceOf(traffic))
      return requests.tallies()
    },
    observer: {
      onExchangeEnd(exchange) {
        requests.record(exchange)
        records?.observe(exchange)
        spans?.observe(exchange)
        if (exchange.chain.accessLogs.length > 0) accessLogs.log(exchange)
      },
      onConnectionOpen: () => undefined,
      onConnectionClose: () => undefined,
      onUnserved: (listener, session) => accessLogs.logUnserved(listener, session),
      onTcpOpen: (session) => tcp.onOpen(session),
      onTcpLog(session, logType) {
        session.logType = logType
        accessLogs.logTcp(session)
        session.logType = 'TcpConnectionEnd'
      },
      onTcpEnd(session) {
        tcp.onEnd(session)
        if (session.chain.accessLogs.length > 0) accessLogs.logTcp(session)
      },
    },
    writeLog: (path, line) => accessLogs.write(path, line),
    async render({ load }) {
      // Loaded with the first scrape: a proxy that nobody scrapes need not hold it.
      gauges ??= import('./process-metrics.ts').then(({ processMetrics }) => processMetrics())
      const { render } = await gauges
      return `${await render(load, accessLogs.dropped)}${renderPrometheus(requests, tcp)}`
    },
    async follow(traffic) {
      accessLogs.follow(self(), traffic)
      sweeper = setInterval(() => {
        requests.forget(inForceOf(traffic))
        requests.sweep()
        tcp.sweep()
        accessLogs.sweep()
      }, sweepMs)
      sweeper.unref()
      if (settings === undefined || records === undefined || spans === undefined) return
      // Loaded only where somebody listens.
      const { startExport } = await import('./start-export.ts')
      exporting = startExport({
        address: settings.address,
        intervalMs: settings.intervalMs,
        resource: {
          'service.name': reporter.service,
          'service.namespace': reporter.namespace,
          'service.instance.id': nodeId,
          'service.version': reporter.version,
          'heddle.workload': reporter.workload,
        },
        requests,
        tcp,
        policies: () => [...requests.policies().all(), ...traffic.counts.limits.all()],
        records,
        spans,
        gauges: () => gaugesOf(traffic, records.dropped + spans.dropped),
      })
    },
    async close() {
      clearInterval(sweeper)
      await exporting?.close()
      await accessLogs.close()
    },
  }
}

/** Listeners that finish what is under way among them. */
function inForceOf(traffic: Traffic): InForce {
  const { listeners, http } = traffic.counts
  return {
    hasCluster: (name) => traffic.clusters().has(name),
    hasListener: (name) => listeners.has(name),
    hasChain: (statPrefix) => http.has(statPrefix),
  }
}

function* gaugesOf(traffic: Traffic, dropped: number): Iterable<readonly [string, number]> {
  let connections = 0
  let pending = 0
  for (const { counts } of traffic.clusters().values()) {
    connections += counts.connections
    pending += counts.pending
  }
  yield ['heddle_requests_in_flight', traffic.load.inFlight]
  yield ['heddle_upstream_connections', connections]
  yield ['heddle_upstream_pending', pending]
  yield ['process_resident_memory_bytes', process.memoryUsage.rss()]
  yield ['heddle_telemetry_dropped', dropped]
}
