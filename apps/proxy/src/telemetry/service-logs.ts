import { nowMs, wallMs } from '../clock/event-clock.ts'
import type { ServiceLogConfig } from '../config/access-log-config.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { LoggedSession } from '../format/logged-session.ts'
import { loggedTimes } from '../format/logged-times.ts'
import { ServiceChannels } from '../traffic/service-channels.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { encodeHttpEntry, encodeTcpEntry } from './encode-log-entry.ts'
import { encodeOtlpRecord } from './encode-otlp-record.ts'
import { type LoggingSelf, ServiceLog } from './service-log.ts'

export type LoggedTraffic = Pick<Traffic, 'clusters' | 'counts' | 'config' | 'draining'>

/** Access logs that services take (`http_grpc`, `tcp_grpc`, `open_telemetry`). */
export class ServiceLogs {
  private readonly self: LoggingSelf
  private readonly traffic: LoggedTraffic
  private readonly channels = new ServiceChannels()
  /** By what the configuration says: one that is sent anew goes on with the same stream. */
  private readonly logs = new Map<string, ServiceLog>()
  private readonly known = new WeakMap<ServiceLogConfig, ServiceLog>()

  constructor(self: LoggingSelf, traffic: LoggedTraffic) {
    this.self = self
    this.traffic = traffic
  }

  log(config: ServiceLogConfig, exchange: HttpExchange): void {
    const { entry } = config
    const bytes =
      entry.kind === 'als'
        ? encodeHttpEntry(entry, exchange)
        : encodeOtlpRecord(entry, loggedTimes.beganAt(exchange), exchange, (text) => text.http(exchange))
    this.of(config, 'http').add(bytes, false)
  }

  logTcp(config: ServiceLogConfig, session: LoggedSession): void {
    const { entry } = config
    const now = nowMs()
    const bytes =
      entry.kind === 'als'
        ? encodeTcpEntry(session, now, wallMs())
        : encodeOtlpRecord(entry, wallMs() - (now - session.startedMs), untraced, (text) => text.tcp(session))
    this.of(config, 'tcp').add(bytes, true)
  }

  /** What leads to endpoints and clusters that are gone is closed, and what no listener logs to any more. */
  sweep(): void {
    const clusters = this.traffic.clusters()
    this.channels.closeStale((name, key) => clusters.get(name)?.endpointAt(key)?.socket.socketKey)
    if (this.logs.size === 0) return
    const named = this.named()
    for (const [key, log] of this.logs) {
      if (clusters.has(log.cluster) && named?.has(key) !== false) continue
      log.close()
      this.logs.delete(key)
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.logs.values()].map((log) => log.close()))
    this.channels[Symbol.dispose]()
  }

  /** Undefined while listeners that are gone finish what is under way: they log until then. */
  private named(): ReadonlySet<string> | undefined {
    if (this.traffic.draining > 0) return undefined
    const named = new Set<string>()
    for (const { chains, defaultChain, unservedLogs } of this.traffic.config.listeners.values()) {
      for (const log of unservedLogs) if (log.kind === 'service') named.add(keyOf(log, 'tcp'))
      for (const { network } of defaultChain === undefined ? chains : [...chains, defaultChain]) {
        if (network.kind === 'answer') continue
        for (const log of network.accessLogs) if (log.kind === 'service') named.add(keyOf(log, network.kind))
      }
    }
    return named
  }

  private of(config: ServiceLogConfig, kind: 'http' | 'tcp'): ServiceLog {
    const known = this.known.get(config)
    // One that was closed is not gone on with: nobody would close it again.
    if (known !== undefined && !known.isClosed) return known
    const key = keyOf(config, kind)
    let log = this.logs.get(key)
    if (log === undefined) {
      const { entry, target } = config
      const prefix = entry.kind === 'als' ? 'grpc_access_log.' : `open_telemetry_access_log.${entry.statPrefix}`
      log = new ServiceLog(config, this.self, this.traffic.counts.logService(prefix), () =>
        this.channels.to(this.traffic.clusters().get(target.cluster)),
      )
      this.logs.set(key, log)
    }
    this.known.set(config, log)
    return log
  }
}

/** One that is sent anew says the same, and goes on with the same stream. */
function keyOf(config: ServiceLogConfig, kind: 'http' | 'tcp'): string {
  return `${kind} ${JSON.stringify(config)}`
}

const untraced = { traceId: '', spanId: '' }
