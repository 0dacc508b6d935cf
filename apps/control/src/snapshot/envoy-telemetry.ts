import type { MessageInitShape } from '@bufbuild/protobuf'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import type { AccessLogSchema } from '@heddle/shared/xds/generated/envoy/config/accesslog/v3/accesslog_pb'
import { ApiVersion } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import type { TypedExtensionConfigSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import type { GrpcServiceSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/grpc_service_pb'
import { OpenTelemetryConfigSchema } from '@heddle/shared/xds/generated/envoy/config/trace/v3/opentelemetry_pb'
import { OpenTelemetryAccessLogConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/open_telemetry/v3/logs_service_pb'
import type { HttpConnectionManager_TracingSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { ParentBasedSamplerConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/tracers/opentelemetry/samplers/v3/parent_based_sampler_pb'
import { TraceIdRatioBasedSamplerConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/tracers/opentelemetry/samplers/v3/trace_id_ratio_based_sampler_pb'
import { accessLogName, recordedHeaders } from './access-log-fields.ts'
import { pack } from './encode-resource.ts'
import { limitedByKey } from './limit-descriptor.ts'
import type { ProxyDescription } from './proxy-description.ts'
import { duration, fractionalPercent } from './xds-values.ts'

export type EnvoyTelemetry = {
  readonly accessLog: MessageInitShape<typeof AccessLogSchema>[]
  readonly tracing: MessageInitShape<typeof HttpConnectionManager_TracingSchema>
}

/**
 * How an Envoy reports what it carries: a line for each request, by OTLP, from which the control plane counts edges and
 * keeps records, and spans of those that are traced. Our own proxy counts by itself. Undefined: it reports nothing.
 */
export function envoyTelemetry(proxy: ProxyDescription, direction: 'inbound' | 'outbound'): EnvoyTelemetry | undefined {
  if (proxy.dialect !== 'envoy' || proxy.telemetryCluster === undefined) return undefined
  const grpcService: MessageInitShape<typeof GrpcServiceSchema> = {
    targetSpecifier: { case: 'envoyGrpc', value: { clusterName: proxy.telemetryCluster } },
  }
  const fields = { ...commonFields, ...(direction === 'inbound' ? inboundFields(proxy) : outboundFields(proxy)) }
  const log = pack(OpenTelemetryAccessLogConfigSchema, {
    commonConfig: {
      logName: accessLogName,
      grpcService,
      transportApiVersion: ApiVersion.V3,
      bufferFlushInterval: duration(1000),
    },
    attributes: {
      values: Object.entries(fields).map(([key, text]) => ({
        key,
        value: { value: { case: 'stringValue' as const, value: text } },
      })),
    },
  })
  return {
    accessLog: [{ name: 'envoy.access_loggers.open_telemetry', configType: { case: 'typedConfig', value: log } }],
    tracing: {
      // All, because what is not taken here no sampler is asked about, whatever the caller has decided.
      randomSampling: { value: 100 },
      provider: {
        name: 'envoy.tracers.opentelemetry',
        configType: {
          case: 'typedConfig',
          value: pack(OpenTelemetryConfigSchema, { grpcService, serviceName: proxy.service, sampler: parentOrShare }),
        },
      },
    },
  }
}

/** What a caller has decided holds; without one, a share. */
const parentOrShare: MessageInitShape<typeof TypedExtensionConfigSchema> = {
  name: 'envoy.tracers.opentelemetry.samplers.parent_based',
  typedConfig: pack(ParentBasedSamplerConfigSchema, {
    wrappedSampler: {
      name: 'envoy.tracers.opentelemetry.samplers.trace_id_ratio_based',
      typedConfig: pack(TraceIdRatioBasedSamplerConfigSchema, {
        samplingPercentage: fractionalPercent(meshDefaults.tracingSamplePercent),
      }),
    },
  }),
}

/** Named as in our own proxy's request records; `%…%` are Envoy's command operators. No query: it may hold credentials. */
const commonFields: Readonly<Record<string, string>> = {
  'source.address': '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%',
  'http.request.method': '%REQ(:METHOD)%',
  'http.host': '%REQ(:AUTHORITY)%',
  'http.response.status_code': '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  // Finer, where there was an answer to measure.
  duration_us: '%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%',
  duration_ms: '%DURATION%',
  grpc_status: '%GRPC_STATUS_NUMBER%',
  route_name: '%ROUTE_NAME%',
  cluster: '%UPSTREAM_CLUSTER%',
  ...Object.fromEntries(recordedHeaders.map((name) => [`header.${name}`, `%REQ(${name.toUpperCase()})%`])),
}

function inboundFields(proxy: ProxyDescription): Record<string, string> {
  return {
    reporter: 'destination',
    'url.path': '%PATH(NQ:PATH)%',
    limited_by: `%DYNAMIC_METADATA(envoy.filters.http.ratelimit:${limitedByKey})%`,
    'source.node_cluster': '%REQ(X-ENVOY-DOWNSTREAM-SERVICE-CLUSTER)%',
    ...partyFields('destination', proxy),
    'destination.address': '%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%',
    'destination.port': '%DOWNSTREAM_LOCAL_PORT%',
  }
}

function outboundFields(proxy: ProxyDescription): Record<string, string> {
  return {
    reporter: 'source',
    // As it was asked for, before a rewrite.
    'url.path': '%PATH(NQ:ORIG_OR_PATH)%',
    ...partyFields('source', proxy),
    'destination.endpoint': '%UPSTREAM_METADATA(istio:workload)%',
    'destination.address': '%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
    'destination.port': '%UPSTREAM_REMOTE_PORT%',
  }
}

/** What stands in a configuration stands for itself: a `%` is written twice. */
function partyFields(side: 'source' | 'destination', proxy: ProxyDescription): Record<string, string> {
  const fields = {
    workload: proxy.workload,
    namespace: proxy.namespace,
    service: proxy.service,
    version: proxy.labels.version ?? '',
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [`${side}.${name}`, value.replaceAll('%', '%%')]),
  )
}
