import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { nanosOf, writeAttribute, writeMessage } from './otlp-writer.ts'

const server = 2
const client = 3
const statusError = 2
const waitingMax = 2000

/**
 * Spans of requests that were sampled when they came (`filter/trace-context.ts`): a server span where a request enters its
 * service, a client span where it leaves one. Names and attributes follow OpenTelemetry's HTTP conventions.
 */
export class SpanRecorder {
  dropped = 0
  private waiting: Uint8Array[] = []

  observe(exchange: HttpExchange): void {
    if (!exchange.isSampled || exchange.spanId.length !== 16 || exchange.traceId.length !== 32) return
    if (this.waiting.length >= waitingMax) {
      this.waiting.shift()
      this.dropped++
    }
    this.waiting.push(encodeSpan(exchange))
  }

  take(max: number): Uint8Array[] {
    return this.waiting.splice(0, max)
  }

  putBack(spans: readonly Uint8Array[]): void {
    this.waiting = [...spans, ...this.waiting].slice(-waitingMax)
  }
}

function encodeSpan(exchange: HttpExchange): Uint8Array {
  const writer = new BinaryWriter()
  const bytes = (field: number, hex: string) =>
    writer.tag(field, WireType.LengthDelimited).bytes(Buffer.from(hex, 'hex'))
  bytes(1, exchange.traceId)
  bytes(2, exchange.spanId)
  if (exchange.parentSpanId !== '') bytes(4, exchange.parentSpanId)
  const { method, path, route, host, status, flags, startedAt, durationMs } = exchange
  // A path is no name: there are too many of them.
  writer.tag(5, WireType.LengthDelimited).string(route?.name ? `${method} ${route.name}`.slice(0, 128) : method)
  writer.tag(6, WireType.Varint).int32(exchange.listener.direction === 'inbound' ? server : client)
  writer.tag(7, WireType.Bit64).fixed64(nanosOf(startedAt))
  writer.tag(8, WireType.Bit64).fixed64(nanosOf(startedAt + durationMs))
  const put = (key: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') writeAttribute(writer, 9, key, value)
  }
  put('http.request.method', method)
  put('url.path', path.slice(0, 1024))
  put('server.address', host.slice(0, 256))
  put('http.response.status_code', status)
  put('response_flags', flags)
  put('upstream_cluster', exchange.cluster?.name)
  put('config_revision', exchange.config.revision)
  if (status >= 500 || status === 0) {
    writeMessage(writer, 15, (inner) => inner.tag(3, WireType.Varint).int32(statusError))
  }
  return writer.finish()
}
