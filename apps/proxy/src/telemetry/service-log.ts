import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { ServiceLogConfig } from '../config/access-log-config.ts'
import type { LogServiceCounts } from '../counts/traffic-counts.ts'
import type { GrpcCall } from '../grpc/grpc-call.ts'
import type { GrpcChannel } from '../grpc/grpc-channel.ts'
import { OK } from '../grpc/grpc-status.ts'
import { encodeOtlpRequest } from './encode-otlp-record.ts'
import { writeMessage } from './otlp-writer.ts'

/** Who logs. */
export type LoggingSelf = {
  readonly id: string
  readonly cluster: string
  readonly zone: string
  readonly node: Uint8Array
}

/** Requests of OTLP that may be under way at once; what comes meanwhile waits. */
const exportsMax = 4
const exportLimitMs = 10_000
/** Where entries are to go one by one, this much may wait for a service that is away. */
const waitingBytesMin = 16_384

/**
 * Entries of access logs on their way to one service. They wait until there are enough of them, or for a moment; traffic never
 * waits: while the service is away, or reads too slowly, what is beyond the buffer is dropped and counted.
 */
export class ServiceLog {
  private readonly config: ServiceLogConfig
  private readonly self: LoggingSelf
  private readonly counts: LogServiceCounts
  private readonly channel: () => GrpcChannel | undefined
  private waiting: { readonly entry: Uint8Array; readonly isTcp: boolean }[] = []
  private waitingBytes = 0
  private readonly exporting = new Set<Promise<void>>()
  private call: GrpcCall | undefined
  private timer: NodeJS.Timeout | undefined
  isClosed = false

  constructor(
    config: ServiceLogConfig,
    self: LoggingSelf,
    counts: LogServiceCounts,
    channel: () => GrpcChannel | undefined,
  ) {
    this.config = config
    this.self = self
    this.counts = counts
    this.channel = channel
  }

  add(entry: Uint8Array, isTcp: boolean): void {
    const { flushMs, bufferBytes } = this.config
    const most = Math.max(bufferBytes, waitingBytesMin)
    if (this.waitingBytes >= most) this.flush()
    if (this.waitingBytes >= most) {
      this.counts.dropped++
      return
    }
    this.counts.written++
    this.waiting.push({ entry, isTcp })
    this.waitingBytes += entry.length
    if (this.waitingBytes >= bufferBytes) this.flush()
    if (this.waiting.length > 0) this.timer ??= setTimeout(() => this.tick(), flushMs).unref()
  }

  flush(): void {
    if (this.waiting.length === 0) return
    if (this.config.entry.kind === 'otlp') this.export(this.config.entry)
    else this.stream()
  }

  get cluster(): string {
    return this.config.target.cluster
  }

  /** Resolves when what waited is on its way, or cannot be. */
  async close(): Promise<void> {
    this.isClosed = true
    this.flush()
    clearTimeout(this.timer)
    this.call?.end()
    await Promise.all(this.exporting)
  }

  private tick(): void {
    this.timer = undefined
    this.flush()
    if (this.waiting.length > 0) this.timer = setTimeout(() => this.tick(), this.config.flushMs).unref()
  }

  private export(entry: Extract<ServiceLogConfig['entry'], { kind: 'otlp' }>): void {
    const channel = this.exporting.size < exportsMax ? this.channel() : undefined
    if (channel === undefined) return
    const { id, cluster, zone } = this.self
    const { target, logName } = this.config
    const records = this.take().map(({ entry }) => entry)
    const names = { log_name: logName, zone_name: zone, cluster_name: cluster, node_name: id }
    const sent = channel
      .unary('/opentelemetry.proto.collector.logs.v1.LogsService/Export', encodeOtlpRequest(entry, names, records), {
        timeoutMs: target.timeoutMs || exportLimitMs,
        authority: target.authority,
        metadata: target.metadata,
      })
      .then(({ status }) => {
        this.exporting.delete(sent)
        this.counts[status.code === OK ? 'flushed' : 'failed'] += records.length
      })
    this.exporting.add(sent)
  }

  private stream(): void {
    const isNew = this.call === undefined
    const call = this.call ?? this.open()
    // It reads too slowly, or is not there yet.
    if (call === undefined || call.isBehind) return
    const taken = this.take()
    const writer = new BinaryWriter()
    if (isNew) {
      writeMessage(writer, 1, (identifier) => {
        identifier.tag(1, WireType.LengthDelimited).bytes(this.self.node)
        identifier.tag(2, WireType.LengthDelimited).string(this.config.logName)
      })
    }
    // A message is about one of both: it is a choice.
    const isTcp = taken[0]?.isTcp === true
    writeMessage(writer, isTcp ? 3 : 2, (entries) => {
      for (const { entry } of taken) entries.tag(1, WireType.LengthDelimited).bytes(entry)
    })
    call.send(writer.finish())
    this.counts.flushed += taken.length
  }

  private open(): GrpcCall | undefined {
    const { target } = this.config
    const call: GrpcCall | undefined = this.channel()?.call(
      '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs',
      {
        onMessage: () => undefined,
        onEnd: () => {
          // What was on its way is lost; the next entries open another one.
          if (this.call === call) this.call = undefined
        },
      },
      { authority: target.authority, metadata: target.metadata },
    )
    this.call = call
    return call
  }

  private take(): { readonly entry: Uint8Array; readonly isTcp: boolean }[] {
    const taken = this.waiting
    this.waiting = []
    this.waitingBytes = 0
    return taken
  }
}
