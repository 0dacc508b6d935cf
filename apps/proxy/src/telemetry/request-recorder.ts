import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { AdaptiveSample } from './adaptive-sample.ts'
import { maskQuery } from './mask-query.ts'
import { nanosOf, type OtlpValue, writeAttribute } from './otlp-writer.ts'
import type { RequestMetrics } from './request-metrics.ts'

export type RecorderOptions = {
  /** Share of ordinary requests that are recorded while there is room. */
  readonly share: number
  /** Lower-case names of headers that may be recorded. */
  readonly headers: readonly string[]
  readonly random: () => number
}

/** Headers that say what a policy may match on and nothing about a person. */
export const recordedHeaders = ['accept', 'content-type', 'user-agent', 'x-request-id', 'x-user-type'] as const
const never = new Set(['authorization', 'cookie', 'proxy-authorization', 'set-cookie', 'x-api-key'])

const permissionDenied = '7'
const perSecondMax = 50
const perSecondMin = 5
/** Records that wait for the receiver; beyond them the oldest are dropped. */
const waitingMax = 2000
const pathMax = 1024
const textMax = 256

/**
 * Records requests for "explain" and for rehearsals: every error and denial, and a sample of the others, both bounded.
 * A request that is not picked costs two comparisons.
 */
export class RequestRecorder {
  dropped = 0
  private waiting: Uint8Array[] = []
  private readonly ordinary: AdaptiveSample
  private readonly unusual: AdaptiveSample
  private readonly headers: readonly string[]
  private readonly metrics: RequestMetrics

  constructor(metrics: RequestMetrics, { share, headers, random }: RecorderOptions) {
    this.metrics = metrics
    this.headers = headers.filter((name) => !never.has(name))
    this.ordinary = new AdaptiveSample({ preferred: share, perSecondMax, perSecondMin, random })
    this.unusual = new AdaptiveSample({ preferred: 1, perSecondMax, perSecondMin, random })
  }

  observe(exchange: HttpExchange): void {
    const isUnusual =
      exchange.status >= 500 ||
      exchange.status === 403 ||
      exchange.flags !== '' ||
      exchange.status === 0 ||
      // To a gRPC caller a denial is a 200 with this status.
      exchange.grpcStatus === permissionDenied ||
      exchange.actedOnBy !== ''
    const ratio = (isUnusual ? this.unusual : this.ordinary).pick(Math.floor(exchange.startedAt / 1000))
    if (ratio === 0) return
    if (this.waiting.length >= waitingMax) {
      this.waiting.shift()
      this.dropped++
    }
    this.waiting.push(this.encode(exchange, ratio))
  }

  /** What waits, at most so many; they are out of here then. */
  take(max: number): Uint8Array[] {
    return this.waiting.splice(0, max)
  }

  putBack(records: readonly Uint8Array[]): void {
    this.waiting = [...records, ...this.waiting].slice(-waitingMax)
  }

  private encode(exchange: HttpExchange, ratio: number): Uint8Array {
    const writer = new BinaryWriter()
    writer.tag(1, WireType.Bit64).fixed64(nanosOf(exchange.startedAt))
    const put = (key: string, value: OtlpValue | undefined) => {
      if (value === undefined || value === '') return
      writeAttribute(
        writer,
        6,
        key,
        typeof value === 'string' ? value.slice(0, key === 'url.path' ? pathMax : textMax) : value,
      )
    }
    const { reporter, source, destination } = this.metrics.partiesOf(exchange)
    put('reporter', reporter)
    put('source.workload', source.workload)
    put('source.namespace', source.namespace)
    put('source.service', source.service)
    put('source.principal', exchange.peer.principal)
    put('source.address', exchange.peer.address)
    put('destination.workload', destination.workload)
    put('destination.namespace', destination.namespace)
    put('destination.service', destination.service)
    const address = exchange.endpoint?.address
    if (reporter === 'destination') {
      // Where the caller came to, not where the workload listens behind us.
      put('destination.address', exchange.peer.destinationAddress)
      put('destination.port', exchange.peer.destinationPort)
    } else if (address?.kind === 'tcp') {
      put('destination.address', address.host)
      put('destination.port', address.port)
    }
    put('http.request.method', exchange.method)
    put('url.path', exchange.path)
    put('url.query', maskQuery(exchange.query))
    put('http.host', exchange.host)
    put('http.response.status_code', exchange.status)
    put('response_flags', exchange.flags)
    put('response_code_details', exchange.details)
    put('duration_ms', Math.round(exchange.durationMs * 1000) / 1000)
    put('route_name', exchange.route?.name)
    // What acted on it says more than the rule that let it pass.
    put('matched_policy', exchange.actedOnBy === '' ? exchange.matchedPolicy : exchange.actedOnBy)
    put('cluster', exchange.cluster?.name)
    put('config_revision', exchange.config.revision)
    put('trace_id', exchange.traceId)
    put('sample_ratio', ratio)
    for (const name of this.headers) put(`header.${name}`, exchange.headers.get(name))
    if (exchange.traceId.length === 32) {
      writer.tag(9, WireType.LengthDelimited).bytes(Buffer.from(exchange.traceId, 'hex'))
    }
    return writer.finish()
  }
}
