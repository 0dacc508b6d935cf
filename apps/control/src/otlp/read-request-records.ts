import type { RequestRecord } from '@heddle/shared/api/request-record'
import type { ExportLogsRequest, LogRecord } from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { type Attributes, readAttributes } from './read-attributes.ts'
import { readFlags } from './read-flags.ts'

const scopeName = 'heddle.request'
const recordsMax = 10_000
const headersMax = 32
const durationMsMax = 365 * 86_400_000

/** Reads request records out of OTLP logs; logs of other scopes are left alone. */
export function readRequestRecords(request: ExportLogsRequest): {
  readonly records: readonly RequestRecord[]
  readonly rejected: number
} {
  const records: RequestRecord[] = []
  let rejected = 0
  for (const { resource, scopeLogs } of request.resourceLogs) {
    const self = readAttributes(resource?.attributes)
    for (const { scope, logRecords } of scopeLogs) {
      if (scope?.name !== scopeName) continue
      for (const log of logRecords) {
        const record = records.length < recordsMax ? toRecord(self, log) : undefined
        if (record === undefined) rejected++
        else records.push(record)
      }
    }
  }
  return { records, rejected }
}

function toRecord(self: Attributes, log: LogRecord): RequestRecord | undefined {
  const values = readAttributes(log.attributes)
  const text = (name: string) => values.get(name) ?? ''
  const number = (name: string, max: number) => {
    const value = Number(values.get(name) ?? 0)
    return value >= 0 && value <= max ? value : 0
  }
  const reporter = values.get('reporter')
  const atMs = Number(log.timeUnixNano / 1_000_000n)
  if ((reporter !== 'source' && reporter !== 'destination') || atMs <= 0 || atMs > 4e12) return undefined
  const ratio = number('sample_ratio', 1)
  const revision = values.get('config_revision')
  return {
    at: new Date(atMs).toISOString(),
    reporter,
    proxyId: self.get('service.instance.id') ?? '',
    source: {
      workload: text('source.workload'),
      namespace: text('source.namespace'),
      service: text('source.service'),
      principal: text('source.principal'),
      address: text('source.address'),
    },
    destination: {
      workload: text('destination.workload'),
      namespace: text('destination.namespace'),
      service: text('destination.service'),
      address: text('destination.address'),
      port: Math.trunc(number('destination.port', 65_535)),
    },
    method: text('http.request.method'),
    path: text('url.path'),
    query: text('url.query'),
    host: text('http.host'),
    headers: headersOf(values),
    status: Math.trunc(number('http.response.status_code', 999)),
    flags: readFlags(text('response_flags')),
    details: text('response_code_details'),
    durationMs: number('duration_ms', durationMsMax),
    routeName: text('route_name'),
    matchedPolicy: text('matched_policy'),
    cluster: text('cluster'),
    ...(revision !== undefined && /^\d{1,9}$/.test(revision) ? { revision: Number(revision) } : {}),
    traceId: text('trace_id') || Buffer.from(log.traceId).toString('hex'),
    // A proxy that does not say it is taken at its word: one request.
    sampleRatio: ratio > 0 ? ratio : 1,
  }
}

function headersOf(values: Attributes): Record<string, string> {
  const headers: Record<string, string> = {}
  let count = 0
  for (const [key, value] of values) {
    if (key.startsWith('header.') && count++ < headersMax) headers[key.slice('header.'.length)] = value
  }
  return headers
}
