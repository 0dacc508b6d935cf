import { fromBinary, type JsonObject, toJson } from '@bufbuild/protobuf'
import { Server, type ServerReadableStream, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import { ExportLogsRequestSchema } from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import {
  HTTPAccessLogEntrySchema,
  TCPAccessLogEntrySchema,
} from '@heddle/shared/xds/generated/envoy/data/accesslog/v3/accesslog_pb'
import { StreamAccessLogsMessageSchema } from '@heddle/shared/xds/generated/envoy/service/accesslog/v3/als_pb'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { nothingSeen, type SeenRequest } from './outcome.ts'
import { serveGrpc } from './serve-grpc.ts'
import type { RunningUpstream } from './start-upstream.ts'

const services = {
  StreamAccessLogs: {
    path: '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs',
    ...rawUnary,
    requestStream: true,
  },
  Export: { path: '/opentelemetry.proto.collector.logs.v1.LogsService/Export', ...rawUnary },
} as const

/**
 * A real access log service, of Envoy's protocol and of OTLP. Each entry is kept as a request whose target is the name of the log
 * and whose body is the entry, without what is another one in every run.
 */
export async function startLogService(): Promise<RunningUpstream> {
  const seen = nothingSeen()
  const keep = (method: string, target: string, body: unknown) => {
    const request: SeenRequest = {
      method,
      target,
      headers: [],
      body: JSON.stringify(body),
      trailers: [],
      complete: true,
    }
    seen.requests.push(request)
  }
  const server = new Server()
  const StreamAccessLogs = (call: ServerReadableStream<Buffer, Buffer>) => {
    let logName = 'nobody said'
    call.on('data', (bytes: Buffer) => {
      const { identifier, logEntries } = fromBinary(StreamAccessLogsMessageSchema, bytes)
      if (identifier !== undefined) logName = `${identifier.logName} of ${identifier.node?.id}`
      if (logEntries.case === 'httpLogs') {
        for (const entry of logEntries.value.logEntry)
          keep('http', logName, steady(toJson(HTTPAccessLogEntrySchema, entry)))
      } else if (logEntries.case === 'tcpLogs') {
        for (const entry of logEntries.value.logEntry)
          keep('tcp', logName, steady(toJson(TCPAccessLogEntrySchema, entry)))
      }
    })
    call.on('error', () => undefined)
  }
  const Export = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    const { resourceLogs } = toJson(ExportLogsRequestSchema, fromBinary(ExportLogsRequestSchema, call.request), {
      useProtoFieldName: false,
    }) as { resourceLogs?: { resource?: unknown; scopeLogs?: { logRecords?: JsonObject[] }[] }[] }
    for (const { resource, scopeLogs } of resourceLogs ?? []) {
      for (const { logRecords } of scopeLogs ?? []) {
        for (const record of logRecords ?? []) keep('otlp', 'logs', { resource, record: steady(record) })
      }
    }
    answer(null, Buffer.alloc(0))
  }
  server.addService(services, { StreamAccessLogs, Export })
  return { ...(await serveGrpc(server)), seen }
}

/** Times, ports and ids, and what is counted of the wire, where the two write fields that are their own. */
const unsteady =
  /^(startTime|duration|timeTo.*|portValue|streamId|requestId|.*(WireBytes|HeaderBytes|HeadersBytes).*|timeUnixNano|tlsSessionId)$/

function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name]) => !unsteady.test(name))
  return Object.fromEntries(entries.sort().map(([name, each]) => [name, steady(each)]))
}
