import type { JsonValue } from '@bufbuild/protobuf'

const idNames = new Set(['traceId', 'spanId', 'parentSpanId'])

/** OTLP's JSON writes ids in hex, where protobuf's JSON has base64 (opentelemetry.io/docs/specs/otlp, JSON encoding). */
export function hexIdsToBase64(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(hexIdsToBase64)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      idNames.has(key) && typeof inner === 'string' && /^[0-9a-fA-F]*$/.test(inner)
        ? Buffer.from(inner, 'hex').toString('base64')
        : hexIdsToBase64(inner),
    ]),
  )
}
