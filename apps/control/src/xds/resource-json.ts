import { createRegistry, type DescMessage, fromBinary, type JsonValue, toJson } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { OpenTelemetryConfigSchema } from '@heddle/shared/xds/generated/envoy/config/trace/v3/opentelemetry_pb'
import { OpenTelemetryAccessLogConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/open_telemetry/v3/logs_service_pb'
import { LeastRequestSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/least_request/v3/least_request_pb'
import { RoundRobinSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/round_robin/v3/round_robin_pb'
import { ParentBasedSamplerConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/tracers/opentelemetry/samplers/v3/parent_based_sampler_pb'
import { TraceIdRatioBasedSamplerConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/tracers/opentelemetry/samplers/v3/trace_id_ratio_based_sampler_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import type { EncodedResource } from './resource-set.ts'
import type { ResourceType } from './resource-type.ts'

const schemas: Readonly<Record<ResourceType, DescMessage>> = {
  cluster: ClusterSchema,
  endpoint: ClusterLoadAssignmentSchema,
  listener: ListenerSchema,
  route: RouteConfigurationSchema,
}
const registry = createRegistry(
  ...typedExtensions,
  LeastRequestSchema,
  RoundRobinSchema,
  OpenTelemetryAccessLogConfigSchema,
  OpenTelemetryConfigSchema,
  ParentBasedSamplerConfigSchema,
  TraceIdRatioBasedSamplerConfigSchema,
)

/** A resource as people read it, in protobuf's JSON with the field names of the documentation. */
export function resourceJson(type: ResourceType, { bytes }: EncodedResource): JsonValue {
  return toJson(schemas[type], fromBinary(schemas[type], bytes), { registry, useProtoFieldName: true })
}
