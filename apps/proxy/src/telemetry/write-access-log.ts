import { setTimeout as delay } from 'node:timers/promises'
import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { FileLogConfig } from '../config/access-log-config.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { compileLogLine, type LogLine } from '../format/compile-log-line.ts'
import type { LoggedSession } from '../format/logged-session.ts'
import { passesLogFilter, passesTcpFilter } from '../format/passes-log-filter.ts'
import { LogFile } from './log-file.ts'
import type { LoggingSelf } from './service-log.ts'
import { type LoggedTraffic, ServiceLogs } from './service-logs.ts'

/** A disk that hangs must not keep a process that wants to end. */
const closeMsMax = 1000

/** Writes access logs: lines are put together on the request path and written a few times a second. */
export class AccessLogs {
  dropped = 0
  private readonly lines = new WeakMap<FileLogConfig, LogLine>()
  private readonly files = new Map<string, LogFile>()
  private readonly runtimeValues: () => RuntimeValues
  private services: ServiceLogs | undefined

  constructor(runtimeValues: () => RuntimeValues) {
    this.runtimeValues = runtimeValues
  }

  /** From now on there is a way to services. */
  follow(self: LoggingSelf, traffic: LoggedTraffic): void {
    this.services = new ServiceLogs(self, traffic)
  }

  sweep(): void {
    this.services?.sweep()
  }

  log(exchange: HttpExchange): void {
    for (const config of exchange.chain.accessLogs) {
      if (config.filter !== undefined && !passesLogFilter(config.filter, exchange, this.runtimeValues(), Math.random))
        continue
      if (config.kind === 'service') this.services?.log(config, exchange)
      else this.write(config.path, this.lineOf(config).http(exchange))
    }
  }

  logTcp(session: TcpSession): void {
    for (const config of session.chain.accessLogs) {
      if (config.filter !== undefined && !passesTcpFilter(config.filter, session, this.runtimeValues(), Math.random))
        continue
      if (config.kind === 'service') this.services?.logTcp(config, session)
      else this.write(config.path, this.lineOf(config).tcp(session))
    }
  }

  logUnserved({ unservedLogs }: ListenerConfig, session: LoggedSession): void {
    for (const config of unservedLogs) {
      if (config.filter !== undefined && !passesTcpFilter(config.filter, session, this.runtimeValues(), Math.random))
        continue
      if (config.kind === 'service') this.services?.logTcp(config, session)
      else this.write(config.path, this.lineOf(config).tcp(session))
    }
  }

  /** Resolves when everything is handed to the system. */
  async close(): Promise<void> {
    const written = [...[...this.files.values()].map((file) => file.written()), this.services?.close()]
    await Promise.race([Promise.all(written), delay(closeMsMax, undefined, { ref: false })])
  }

  private lineOf(config: FileLogConfig): LogLine {
    let line = this.lines.get(config)
    if (line === undefined) {
      line = compileLogLine(config.format, 'access_log')
      this.lines.set(config, line)
    }
    return line
  }

  /** A line of another kind into a file may stand beside those of access logs. */
  write(path: string, line: string): void {
    let file = this.files.get(path)
    if (file === undefined) {
      file = new LogFile(path)
      this.files.set(path, file)
    }
    if (!file.write(line)) this.dropped++
  }
}
