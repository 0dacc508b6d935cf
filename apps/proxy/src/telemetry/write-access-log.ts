import { createWriteStream, type WriteStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { AccessLogConfig } from '../config/proxy-config.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { compileLogLine, type LogLine } from './compile-log-line.ts'
import { passesLogFilter, passesTcpFilter } from './passes-log-filter.ts'

/** Lines that wait for the disk; beyond it they are dropped and counted, because a full disk must not stop traffic. */
const bufferedBytesMax = 4 * 1024 * 1024
const flushMs = 250
/** A disk that hangs must not keep a process that wants to end. */
const closeMsMax = 1000

/** Writes access logs: lines are put together on the request path and written a few times a second. */
export class AccessLogs {
  dropped = 0
  private readonly lines = new WeakMap<AccessLogConfig, LogLine>()
  private readonly streams = new Map<
    string,
    { stream: WriteStream | NodeJS.WriteStream; lines: string; timer: NodeJS.Timeout | undefined }
  >()

  log(exchange: HttpExchange): void {
    for (const config of exchange.chain.accessLogs) {
      if (config.filter !== undefined && !passesLogFilter(config.filter, exchange, Math.random)) continue
      this.write(config.path, this.lineOf(config).http(exchange))
    }
  }

  logTcp(session: TcpSession): void {
    for (const config of session.chain.accessLogs) {
      if (config.filter !== undefined && !passesTcpFilter(config.filter, session, Math.random)) continue
      this.write(config.path, this.lineOf(config).tcp(session))
    }
  }

  /** Resolves when everything is handed to the system. */
  async close(): Promise<void> {
    const written = [...this.streams.values()].map((file) => {
      this.flush(file)
      return new Promise<void>((resolve) => file.stream.write('', () => resolve()))
    })
    await Promise.race([Promise.all(written), delay(closeMsMax, undefined, { ref: false })])
  }

  private lineOf(config: AccessLogConfig): LogLine {
    let line = this.lines.get(config)
    if (line === undefined) {
      line = compileLogLine(config.format, 'access_log')
      this.lines.set(config, line)
    }
    return line
  }

  private write(path: string, line: string): void {
    let file = this.streams.get(path)
    if (file === undefined) {
      const stream = path === '/dev/stdout' ? process.stdout : createWriteStream(path, { flags: 'a', mode: 0o640 })
      // A disk that is full or gone costs log lines, nothing else.
      stream.on('error', () => undefined)
      file = { stream, lines: '', timer: undefined }
      this.streams.set(path, file)
    }
    if (file.lines.length + file.stream.writableLength > bufferedBytesMax) {
      this.dropped++
      return
    }
    file.lines += line
    const waiting = file
    file.timer ??= setTimeout(() => this.flush(waiting), flushMs)
  }

  private flush(file: {
    stream: WriteStream | NodeJS.WriteStream
    lines: string
    timer: NodeJS.Timeout | undefined
  }): void {
    clearTimeout(file.timer)
    file.timer = undefined
    if (file.lines !== '') file.stream.write(file.lines)
    file.lines = ''
  }
}
