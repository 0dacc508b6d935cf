import { fromBinary } from '@bufbuild/protobuf'
import type { Duration } from '@bufbuild/protobuf/wkt'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { ApiVersion } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import type { GrpcService } from '@heddle/shared/xds/generated/envoy/config/core/v3/grpc_service_pb'
import {
  type CommonGrpcAccessLogConfig as Common,
  CommonGrpcAccessLogConfigSchema as CommonSchema,
  HttpGrpcAccessLogConfigSchema,
  TcpGrpcAccessLogConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/grpc/v3/als_pb'
import { OpenTelemetryAccessLogConfigSchema as OtlpSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/open_telemetry/v3/logs_service_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { ServiceLogConfig } from './access-log-config.ts'
import { decodeGrpcTarget } from './decode-grpc-target.ts'
import { asItIs, compileOtlpAttributes, compileOtlpTemplate, withOperators } from './otlp-template.ts'

type Sending = Pick<ServiceLogConfig, 'target' | 'logName' | 'flushMs' | 'bufferBytes'>

// No filter of ours keeps state under a name, so that there is none to be logged.
const supportedCommon = new Set([
  'log_name',
  'grpc_service',
  'transport_api_version',
  'buffer_flush_interval',
  'buffer_size_bytes',
  'filter_state_objects_to_log',
])
const supportedOtlp = new Set([
  'common_config',
  'grpc_service',
  'disable_builtin_labels',
  'resource_attributes',
  'body',
  'attributes',
  'stat_prefix',
  'log_name',
  'buffer_flush_interval',
  'buffer_size_bytes',
  'filter_state_objects_to_log',
])

/** Access logs that a service takes; undefined: it is another one. */
export function decodeLogService(typeName: string, value: Uint8Array, at: string): ServiceLogConfig | undefined {
  switch (typeName) {
    case HttpGrpcAccessLogConfigSchema.typeName: {
      const message = fromBinary(HttpGrpcAccessLogConfigSchema, value)
      return {
        kind: 'service',
        ...sendingOf(requiredCommon(message.commonConfig, at), `${at}.common_config`),
        entry: {
          kind: 'als',
          requestHeaders: lowered(message.additionalRequestHeadersToLog),
          responseHeaders: lowered(message.additionalResponseHeadersToLog),
          responseTrailers: lowered(message.additionalResponseTrailersToLog),
        },
      }
    }
    case TcpGrpcAccessLogConfigSchema.typeName: {
      const { commonConfig } = fromBinary(TcpGrpcAccessLogConfigSchema, value)
      const entry = { kind: 'als', requestHeaders: [], responseHeaders: [], responseTrailers: [] } as const
      return { kind: 'service', ...sendingOf(requiredCommon(commonConfig, at), `${at}.common_config`), entry }
    }
    case OtlpSchema.typeName: {
      const message = fromBinary(OtlpSchema, value)
      refuseUnsupported(OtlpSchema, message, supportedOtlp, at)
      const { commonConfig } = message
      return {
        kind: 'service',
        ...(commonConfig === undefined ? sending(message, at) : sendingOf(commonConfig, `${at}.common_config`)),
        entry: {
          kind: 'otlp',
          statPrefix: message.statPrefix,
          body: message.body && compileOtlpTemplate(message.body, withOperators, `${at}.body`),
          attributes: compileOtlpAttributes(message.attributes, withOperators, `${at}.attributes`),
          resource: compileOtlpAttributes(message.resourceAttributes, asItIs, `${at}.resource_attributes`),
          namesItself: !message.disableBuiltinLabels,
        },
      }
    }
    default:
      return undefined
  }
}

function requiredCommon(common: Common | undefined, at: string): Common {
  if (common === undefined) throw new ResourceRejected(`${at}.common_config`, 'is required')
  return common
}

function sendingOf(common: Common, at: string): Sending {
  refuseUnsupported(CommonSchema, common, supportedCommon, at)
  if (common.transportApiVersion === ApiVersion.V2) {
    throw new ResourceRejected(`${at}.transport_api_version`, 'V2 is not spoken any more')
  }
  if (common.logName === '') throw new ResourceRejected(`${at}.log_name`, 'must not be empty')
  return sending(common, at)
}

function sending(
  message: {
    readonly logName: string
    readonly grpcService?: GrpcService | undefined
    readonly bufferFlushInterval?: Duration | undefined
    readonly bufferSizeBytes?: number | undefined
  },
  at: string,
): Sending {
  const flushMs = durationMs(message.bufferFlushInterval) ?? 1000
  if (flushMs <= 0) throw new ResourceRejected(`${at}.buffer_flush_interval`, 'must be more than 0')
  return {
    target: decodeGrpcTarget(message.grpcService, `${at}.grpc_service`),
    logName: message.logName,
    flushMs,
    bufferBytes: message.bufferSizeBytes ?? 16_384,
  }
}

function lowered(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase())
}
