import { nowMs, wallMs } from '../clock/event-clock.ts'
import type { ServiceLogConfig } from '../config/access-log-config.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { ServiceChannels } from '../traffic/service-channels.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { encodeHttpEntry, encodeTcpEntry } from './encode-log-entry.ts'
import { encodeOtlpRecord } from './encode-otlp-record.ts'
import { type LoggingSelf, ServiceLog } from './service-log.ts'

export type LoggedTraffic = Pick<Traffic, 'clusters' | 'counts'>

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
        : encodeOtlpRecord(entry, exchange.startedAt, exchange, (text) => text.http(exchange))
    this.of(config, 'http').add(bytes, false)
  }

  logTcp(config: ServiceLogConfig, session: TcpSession): void {
    const { entry } = config
    const now = nowMs()
    const bytes =
      entry.kind === 'als'
        ? encodeTcpEntry(session, now, wallMs())
        : encodeOtlpRecord(entry, wallMs() - (now - session.startedMs), untraced, (text) => text.tcp(session))
    this.of(config, 'tcp').add(bytes, true)
  }

  /** What leads to endpoints and clusters that are gone is closed. */
  sweep(): void {
    const clusters = this.traffic.clusters()
    this.channels.closeStale((name, key) => clusters.get(name)?.endpointAt(key)?.socket.socketKey)
    for (const [key, log] of this.logs) {
      if (clusters.has(log.cluster)) continue
      log.close()
      this.logs.delete(key)
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.logs.values()].map((log) => log.close()))
    this.channels[Symbol.dispose]()
  }

  private of(config: ServiceLogConfig, kind: 'http' | 'tcp'): ServiceLog {
    const known = this.known.get(config)
    if (known !== undefined) return known
    const key = `${kind} ${JSON.stringify(config)}`
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

const untraced = { traceId: '', spanId: '' }
