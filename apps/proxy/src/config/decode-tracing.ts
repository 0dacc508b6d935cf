import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { OpenTelemetryConfigSchema } from '@heddle/shared/xds/generated/envoy/config/trace/v3/opentelemetry_pb'
import {
  type HttpConnectionManager_Tracing as Tracing,
  HttpConnectionManager_TracingSchema as TracingSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'

export type TracingConfig = {
  /** `random_sampling`, 0 to 1. */
  readonly samplingRatio: number
  /** The cluster that takes spans over OTLP/gRPC; undefined: the receiver that the environment names. */
  readonly collector: string | undefined
}

/** `http_connection_manager.tracing`. Spans go over OTLP; another provider is refused by name. */
export function decodeTracing(message: Tracing | undefined, path: string): TracingConfig | undefined {
  if (message === undefined) return undefined
  refuseUnsupported(TracingSchema, message, new Set(['random_sampling', 'provider']), path)
  return {
    samplingRatio: (message.randomSampling?.value ?? 100) / 100,
    collector: decodeProvider(message.provider, `${path}.provider`),
  }
}

function decodeProvider(provider: Tracing['provider'], path: string): string | undefined {
  if (provider === undefined) return undefined
  if (provider.configType.case !== 'typedConfig') throw new ResourceRejected(`${path}.typed_config`, 'is required')
  const { typeUrl, value } = provider.configType.value
  if (typeUrl.slice(typeUrl.lastIndexOf('/') + 1) !== OpenTelemetryConfigSchema.typeName) {
    throw new ResourceRejected(`${path}.typed_config`, `${typeUrl} is not supported; OpenTelemetryConfig is`)
  }
  const at = `${path}.typed_config`
  const message = fromBinary(OpenTelemetryConfigSchema, value)
  refuseUnsupported(OpenTelemetryConfigSchema, message, new Set(['grpc_service', 'service_name']), at)
  const target = message.grpcService?.targetSpecifier
  if (target?.case !== 'envoyGrpc') throw new ResourceRejected(`${at}.grpc_service.envoy_grpc`, 'is required')
  return target.value.clusterName
}
