import { create, fromBinary, fromJson, type JsonValue, toBinary, toJson } from '@bufbuild/protobuf'
import {
  type ExportLogsRequest,
  ExportLogsRequestSchema,
  ExportLogsResponseSchema,
  type ExportMetricsRequest,
  ExportMetricsRequestSchema,
  type ExportTraceRequest,
  ExportTraceRequestSchema,
} from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { hasTooManyParts } from '../load/has-too-many-parts.ts'
import type { PolicyHits } from '../signals/policy-hits.ts'
import type { RequestRecords } from '../signals/request-records.ts'
import type { SignalStore } from '../signals/signal-store.ts'
import type { TraceStore } from '../signals/trace-store.ts'
import { CumulativePoints } from './cumulative-points.ts'
import { hasTooManyMarks } from './has-too-many-marks.ts'
import { hexIdsToBase64 } from './hex-ids.ts'
import { type AccessLogContext, readAccessLogs } from './read-access-logs.ts'
import { readRequestMetrics } from './read-request-metrics.ts'
import { readRequestRecords } from './read-request-records.ts'
import { readSpans } from './read-spans.ts'

export type TelemetrySinks = {
  readonly policies: PolicyHits
  readonly signals: SignalStore
  readonly records: RequestRecords
  readonly traces: TraceStore
}

export const telemetryKinds = ['traces', 'metrics', 'logs'] as const
export type TelemetryKind = (typeof telemetryKinds)[number]
export type TelemetryFormat = 'protobuf' | 'json'

/** The largest batches that collectors send by themselves, 8,192 spans with ten attributes each, hold 180,000 parts. */
const partsMax = 250_000

/** Largest request, unpacked. */
export const requestBytesMax = 4 * 1024 * 1024

export class TelemetryRefused extends Error {
  override readonly name = 'TelemetryRefused'
  readonly code: 'malformed_body' | 'too_large'

  constructor(cause: unknown, code: 'malformed_body' | 'too_large' = 'malformed_body') {
    super(code === 'too_large' ? 'the body is too large' : 'the body is not an OTLP export request', { cause })
    this.code = code
  }
}

/** Takes an export request of OTLP 1.x in, and says how many of its items it could not use. */
export class TelemetryReceiver {
  private readonly points = new CumulativePoints()
  private readonly sinks: TelemetrySinks
  private readonly accessLogs: AccessLogContext

  constructor(sinks: TelemetrySinks, accessLogs: AccessLogContext) {
    this.sinks = sinks
    this.accessLogs = accessLogs
  }

  /** Returns the encoded response; throws `TelemetryRefused`. */
  receive(kind: TelemetryKind, format: TelemetryFormat, body: Uint8Array): Uint8Array {
    const rejected = this.take(kind, format, body)
    // The three responses have one shape: field 1 with the number of rejected items as its field 1.
    const response = create(
      ExportLogsResponseSchema,
      rejected === 0 ? {} : { partialSuccess: { rejected: BigInt(rejected) } },
    )
    if (format === 'protobuf') return toBinary(ExportLogsResponseSchema, response)
    return Buffer.from(JSON.stringify(toJson(ExportLogsResponseSchema, response)))
  }

  private take(kind: TelemetryKind, format: TelemetryFormat, body: Uint8Array): number {
    switch (kind) {
      case 'metrics':
        return this.takeMetrics(parse(() => decode(ExportMetricsRequestSchema, format, body)))
      case 'logs':
        return this.takeLogs(parse(() => decode(ExportLogsRequestSchema, format, body)))
      case 'traces':
        return this.takeSpans(parse(() => decode(ExportTraceRequestSchema, format, body)))
    }
  }

  private takeMetrics(request: ExportMetricsRequest): number {
    const { signals } = this.sinks
    const { reports, rejected } = readRequestMetrics(request, this.points)
    for (const { proxyId, observations, met, gauges, at } of reports) {
      const now = signals.now()
      // Counted when they arrive: clocks of machines differ. Only what was held back for long keeps its own time.
      const isLate = at !== undefined && at < now - lateSeconds && at > now - lateMaxSeconds
      signals.receive(proxyId, observations, Math.floor(isLate ? at : now))
      this.sinks.policies.add(met, isLate ? at : now)
      for (const { name, value } of gauges) signals.gauge(proxyId, name, value)
    }
    return rejected
  }

  private takeLogs(request: ExportLogsRequest): number {
    const own = readRequestRecords(request)
    const access = readAccessLogs(request, this.accessLogs)
    for (const { proxyId, observations, met } of access.reports) {
      this.sinks.signals.receive(proxyId, observations)
      this.sinks.policies.add(met, this.sinks.signals.now())
    }
    const records = [...own.records, ...access.reports.flatMap((each) => each.records)]
    for (const record of records) this.sinks.records.add(record)
    return own.rejected + access.rejected
  }

  private takeSpans(request: ExportTraceRequest): number {
    const { spans, rejected } = readSpans(request)
    for (const span of spans) this.sinks.traces.add(span)
    return rejected
  }
}

const lateSeconds = 10
const lateMaxSeconds = 3000

function decode<Schema extends Parameters<typeof fromBinary>[0]>(
  schema: Schema,
  format: TelemetryFormat,
  body: Uint8Array,
) {
  const isTooMuch = format === 'protobuf' ? hasTooManyParts(schema, body, partsMax) : hasTooManyMarks(body)
  if (isTooMuch) throw new TelemetryRefused(undefined, 'too_large')
  // What we do not know is not kept: each such field would be an object for nobody.
  if (format === 'protobuf') return fromBinary(schema, body, { readUnknownFields: false })
  const json = JSON.parse(Buffer.from(body).toString('utf8')) as JsonValue
  return fromJson(schema, hexIdsToBase64(json), { ignoreUnknownFields: true })
}

function parse<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw error instanceof TelemetryRefused ? error : new TelemetryRefused(error)
  }
}
