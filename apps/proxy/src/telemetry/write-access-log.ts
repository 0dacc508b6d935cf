import { createWriteStream, type WriteStream } from 'node:fs'
import { compileHeaderFormat } from '@heddle/engine/mutate/compile-header-format'
import { formatHeader, type HeaderFormat } from '@heddle/engine/mutate/header-format'
import type { AccessLogConfig } from '../config/proxy-config.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'

type Writer = (exchange: HttpExchange) => string

/** Lines that wait for the disk; beyond it they are dropped and counted, because a full disk must not stop traffic. */
const bufferedBytesMax = 4 * 1024 * 1024
const flushMs = 250

/** Writes access logs: lines are put together on the request path and written a few times a second. */
export class AccessLogs {
  dropped = 0
  private readonly writers = new WeakMap<AccessLogConfig, Writer>()
  private readonly streams = new Map<
    string,
    { stream: WriteStream | NodeJS.WriteStream; lines: string; timer: NodeJS.Timeout | undefined }
  >()

  log(exchange: HttpExchange): void {
    const config = exchange.chain.accessLog
    if (config === undefined) return
    let writer = this.writers.get(config)
    if (writer === undefined) {
      writer = compileWriter(config)
      this.writers.set(config, writer)
    }
    this.write(config.path, writer(exchange))
  }

  close(): void {
    for (const file of this.streams.values()) this.flush(file)
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

function compileWriter({ format }: AccessLogConfig): Writer {
  if (format.kind === 'text') {
    const write = compileValue(format.pattern)
    return (exchange) => {
      const line = write(exchange)
      return line.endsWith('\n') ? line : `${line}\n`
    }
  }
  const fields = format.fields.map(
    ([name, pattern]) => [name, compileValue(pattern), isNumeric(pattern), isSingle(pattern)] as const,
  )
  return (exchange) => {
    const line: Record<string, string | number | null> = {}
    for (const [name, value, isNumber, mayBeNull] of fields) {
      const text = value(exchange)
      // An operator by itself keeps its type, as Envoy's JSON formats do; one in a text is a text.
      if (mayBeNull && (text === '-' || text === '')) line[name] = null
      else line[name] = isNumber ? Number(text) : text
    }
    // JSON escapes control characters: a header cannot write a line of its own.
    return `${JSON.stringify(line)}\n`
  }
}

/** A single operator whose value is a number. */
function isNumeric(pattern: string): boolean {
  return /^%(?:RESPONSE_CODE|BYTES_RECEIVED|BYTES_SENT|DURATION|UPSTREAM_REQUEST_ATTEMPT_COUNT|DOWNSTREAM_LOCAL_PORT)%$/.test(
    pattern,
  )
}

/** A single operator that may have no value; flags always have one: "-" says that there are none. */
function isSingle(pattern: string): boolean {
  return /^%[^%]+%$/.test(pattern) && pattern !== '%RESPONSE_FLAGS%'
}

/** Operators that the engine's formats do not know, because only a finished exchange has them. */
const finished: Readonly<Record<string, (exchange: HttpExchange) => string>> = {
  START_TIME: ({ startedAt }) => new Date(startedAt).toISOString(),
  // 0 where there was no answer, as Envoy has it.
  RESPONSE_CODE: ({ status }) => String(status),
  RESPONSE_CODE_DETAILS: ({ details }) => details || '-',
  BYTES_RECEIVED: ({ requestBytes }) => String(requestBytes),
  BYTES_SENT: ({ responseBytes }) => String(responseBytes),
  DURATION: ({ durationMs }) => durationMs.toFixed(0),
  UPSTREAM_CLUSTER_RAW: ({ cluster }) => cluster?.name ?? '-',
  TRACE_ID: ({ traceId }) => traceId || '-',
  UPSTREAM_REQUEST_ATTEMPT_COUNT: ({ attempts }) => String(attempts),
}

function compileValue(pattern: string): (exchange: HttpExchange) => string {
  const parts = pattern.split(/(%[A-Z_]+%)/).filter((part) => part !== '')
  const values = parts.map((part) => {
    const known = finished[part.slice(1, -1)]
    if (part.startsWith('%') && known !== undefined) return known
    const format: HeaderFormat = compileHeaderFormat(part, 'access_log')
    return (exchange: HttpExchange) => formatHeader(format, exchange, '-') || '-'
  })
  const [only] = values
  if (values.length === 1 && only !== undefined) return only
  return (exchange) => values.map((value) => value(exchange)).join('')
}
