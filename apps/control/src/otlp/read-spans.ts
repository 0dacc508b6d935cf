import type { ExportTraceRequest } from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { cutText } from '../load/cut-text.ts'
import type { Span } from '../signals/trace-store.ts'
import { readAttributes } from './read-attributes.ts'

const spansMax = 10_000
const statusError = 2

/** Reads spans; one without the ids of the specification is rejected (16 bytes for a trace, 8 for a span). */
export function readSpans(request: ExportTraceRequest): { readonly spans: readonly Span[]; readonly rejected: number } {
  const spans: Span[] = []
  let rejected = 0
  for (const { resource, scopeSpans } of request.resourceSpans) {
    const self = readAttributes(resource?.attributes)
    for (const span of scopeSpans.flatMap(({ spans: inScope }) => inScope)) {
      if (span.traceId.length !== 16 || span.spanId.length !== 8 || spans.length >= spansMax) {
        rejected++
        continue
      }
      spans.push({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        name: cutText(span.name, 256),
        kind: span.kind,
        startMs: Number(span.startTimeUnixNano / 1000n) / 1000,
        endMs: Number(span.endTimeUnixNano / 1000n) / 1000,
        isError: span.status?.code === statusError,
        service: self.get('service.name') ?? 'unknown',
        attributes: Object.fromEntries(readAttributes(span.attributes)),
      })
    }
  }
  return { spans, rejected }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
