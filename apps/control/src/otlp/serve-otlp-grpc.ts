import { type Server, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import type { TelemetryKind, TelemetryReceiver } from './telemetry-receiver.ts'

const services: readonly (readonly [TelemetryKind, string])[] = [
  ['traces', '/opentelemetry.proto.collector.trace.v1.TraceService/Export'],
  ['metrics', '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'],
  ['logs', '/opentelemetry.proto.collector.logs.v1.LogsService/Export'],
]

/** Adds the three OTLP/gRPC services to a server. */
export function serveOtlpGrpc(server: Server, receiver: TelemetryReceiver): void {
  for (const [kind, path] of services) {
    const Export = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
      try {
        answer(null, Buffer.from(receiver.receive(kind, 'protobuf', call.request)))
      } catch (error) {
        answer({ code: status.INVALID_ARGUMENT, details: error instanceof Error ? error.message : String(error) })
      }
    }
    server.addService({ Export: { path, ...rawUnary } }, { Export })
  }
}
