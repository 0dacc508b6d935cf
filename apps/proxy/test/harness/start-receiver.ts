import { fromBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import {
  ExportLogsRequestSchema,
  ExportMetricsRequestSchema,
  ExportTraceRequestSchema,
} from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import type { KeyValue } from '@heddle/shared/otlp/generated/opentelemetry/proto/common/v1/common_pb'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { expect } from 'vitest'

type Point = { readonly labels: Record<string, string>; readonly value: number }

/** A real receiver of OTLP/gRPC that adds up what it is told. */
export async function startReceiver(port = 0) {
  const requests: Point[] = []
  const durations: Point[] = []
  const sums = new Map<string, Point[]>()
  const records: Record<string, string>[] = []
  const spans: { readonly name: string; readonly kind: number; readonly traceId: string }[] = []
  const server = new Server()
  const serve = (signal: string, service: string, take: (bytes: Buffer) => void) => {
    server.addService(
      {
        Export: {
          path: `/opentelemetry.proto.collector.${signal}.v1.${service}/Export`,
          ...rawUnary,
        },
      },
      {
        Export: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
          take(call.request)
          answer(null, Buffer.alloc(0))
        },
      },
    )
  }
  serve('metrics', 'MetricsService', (bytes) => {
    const { resourceMetrics } = fromBinary(ExportMetricsRequestSchema, bytes)
    for (const { name, data } of resourceMetrics.flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap((s) => s.metrics),
    )) {
      if (data.case === 'sum') {
        const points = data.value.dataPoints.map(({ attributes, value }) => ({
          labels: textsOf(attributes),
          value: Number(value.value),
        }))
        sums.set(name, [...(sums.get(name) ?? []), ...points])
        if (name === 'istio_requests_total') requests.push(...points)
      }
      if (data.case === 'histogram') {
        for (const { attributes, bucketCounts, count } of data.value.dataPoints) {
          expect(bucketCounts.reduce((sum, each) => sum + each, 0n)).toBe(count)
          durations.push({ labels: textsOf(attributes), value: Number(count) })
        }
      }
    }
  })
  serve('logs', 'LogsService', (bytes) => {
    const { resourceLogs } = fromBinary(ExportLogsRequestSchema, bytes)
    for (const { scopeLogs } of resourceLogs) {
      for (const { logRecords } of scopeLogs) records.push(...logRecords.map(({ attributes }) => textsOf(attributes)))
    }
  })
  serve('trace', 'TraceService', (bytes) => {
    const { resourceSpans } = fromBinary(ExportTraceRequestSchema, bytes)
    for (const { scopeSpans } of resourceSpans) {
      for (const { spans: inScope } of scopeSpans) {
        spans.push(
          ...inScope.map(({ name, kind, traceId }) => ({ name, kind, traceId: Buffer.from(traceId).toString('hex') })),
        )
      }
    }
  })
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  )
  return {
    address: `127.0.0.1:${bound}`,
    records,
    spans,
    counted: (name: string, labels: Record<string, string> = {}) => sum(sums.get(name) ?? [], labels),
    total: (labels: Record<string, string> = {}) => sum(requests, labels),
    measured: (labels: Record<string, string> = {}) => sum(durations, labels),
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  }
}

function sum(points: readonly Point[], wanted: Record<string, string>): number {
  return points
    .filter(({ labels }) => Object.entries(wanted).every(([key, value]) => labels[key] === value))
    .reduce((total, { value }) => total + value, 0)
}

function textsOf(attributes: readonly KeyValue[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(value?.value.value)]))
}
