import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { BasicAuthSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/basic_auth/v3/basic_auth_pb'
import { BufferSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/buffer/v3/buffer_pb'
import { CompressorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/compressor/v3/compressor_pb'
import { CorsSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/cors/v3/cors_pb'
import { CsrfPolicySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/csrf/v3/csrf_pb'
import { DecompressorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/decompressor/v3/decompressor_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { FilterConfigSchema as GrpcStatsSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/grpc_stats/v3/config_pb'
import { GrpcWebSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb'
import { HeaderMutationSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_mutation/v3/header_mutation_pb'
import { ConfigSchema as HeaderToMetadataSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata_pb'
import { HealthCheckSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/health_check/v3/health_check_pb'
import { LocalRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import { RateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb'
import { RBACSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import { ConfigSchema as SetMetadataSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/set_metadata/v3/set_metadata_pb'
import { StatefulSessionSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/stateful_session/v3/stateful_session_pb'
import {
  type HttpFilter as HttpFilterMessage,
  HttpFilterSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { TypedStructSchema } from '@heddle/shared/xds/generated/xds/type/v3/typed_struct_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileBasicAuth } from '../authn/basic-auth.ts'
import { compileRbac } from '../authz/compile-rbac.ts'
import { bufferBytesMax } from '../buffer/buffer-bytes-max.ts'
import { compileCompressor } from '../compress/compile-compressor.ts'
import { compileDecompressor } from '../compress/decompressor-policy.ts'
import { compileCsrfPolicy } from '../csrf/csrf-policy.ts'
import { compileFaultPolicy } from '../fault/compile-fault-policy.ts'
import { compileHeddleFault, heddleFaultType } from '../fault/compile-heddle-fault.ts'
import { compileGrpcStats } from '../grpc/grpc-stats-policy.ts'
import { compileHealthAnswer } from '../health/health-answer.ts'
import { compileLocalRateLimit } from '../limit/compile-local-rate-limit.ts'
import { compileGlobalRateLimit } from '../limit/global-rate-limit.ts'
import { compileHeaderToMetadata } from '../metadata/compile-header-to-metadata.ts'
import { compileSetMetadata } from '../metadata/set-metadata.ts'
import { compileHeaderMutations } from '../mutate/header-mutations.ts'
import { compileSessionPolicy } from '../session/compile-session-policy.ts'
import type { EnabledFilter, HttpFilter } from './http-filter.ts'

const supported = new Set(['name', 'typed_config', 'is_optional', 'disabled'])
const supportedRouter = new Set([
  'suppress_envoy_headers',
  // Nothing is kept apart by these here: no counters per host name, one span per hop.
  'dynamic_stats',
  'start_child_span',
  'suppress_grpc_request_failure_code_stats',
])

/** The filters of a chain in order; the router must be there and last, and is left out of the result. */
export function compileHttpFilters(
  filters: readonly HttpFilterMessage[],
  metadata: Metadata | undefined,
  path: string,
): HttpFilter[] {
  const compiled: HttpFilter[] = []
  const last = filters.length - 1
  for (const [index, filter] of filters.entries()) {
    const at = `${path}.http_filters[${index}]`
    refuseUnsupported(HttpFilterSchema, filter, supported, at)
    if (filter.configType.case !== 'typedConfig') throw new ResourceRejected(`${at}.typed_config`, 'is required')
    const { typeUrl, value } = filter.configType.value
    const typeName = typeNameOf(typeUrl)
    if (typeName === RouterSchema.typeName) {
      if (index !== last) throw new ResourceRejected(at, 'the router must be the last filter')
      if (filter.disabled) throw new ResourceRejected(`${at}.disabled`, 'the router cannot be disabled')
      refuseUnsupported(RouterSchema, fromBinary(RouterSchema, value), supportedRouter, `${at}.typed_config`)
      return compiled
    }
    const config = compileOne(filter.name, typeName, value, metadata, `${at}.typed_config`)
    if (config !== undefined)
      compiled.push(filter.disabled ? { kind: 'disabled', name: filter.name, filter: config } : config)
    // What may be missing is skipped, as the sender allows it.
    else if (!filter.isOptional) throw new ResourceRejected(at, `filter type ${typeName} is not supported yet`)
  }
  throw new ResourceRejected(`${path}.http_filters`, 'does not end with the router')
}

function compileOne(
  name: string,
  typeName: string,
  value: Uint8Array,
  metadata: Metadata | undefined,
  path: string,
): EnabledFilter | undefined {
  switch (typeName) {
    case HTTPFaultSchema.typeName: {
      const fault = fromBinary(HTTPFaultSchema, value)
      const isEmpty = fault.delay === undefined && fault.abort === undefined && fault.responseRateLimit === undefined
      const policy = compileFaultPolicy(fault, metadata, path)
      return { kind: 'fault', name, policy: isEmpty ? undefined : policy }
    }
    case TypedStructSchema.typeName: {
      const struct = fromBinary(TypedStructSchema, value)
      if (typeNameOf(struct.typeUrl) !== heddleFaultType) return undefined
      const isEmpty = Object.keys(struct.value ?? {}).length === 0
      return { kind: 'fault', name, policy: isEmpty ? undefined : compileHeddleFault(struct, metadata, path) }
    }
    case CorsSchema.typeName:
      return { kind: 'cors', name }
    case StatefulSessionSchema.typeName:
      return { kind: 'session', name, policy: compileSessionPolicy(fromBinary(StatefulSessionSchema, value), path) }
    case RateLimitSchema.typeName:
      return { kind: 'rate-limit', name, limit: compileGlobalRateLimit(value, path) }
    case LocalRateLimitSchema.typeName:
      return {
        kind: 'local-rate-limit',
        name,
        limit: compileLocalRateLimit(fromBinary(LocalRateLimitSchema, value), path),
      }
    case HeaderMutationSchema.typeName: {
      const { mutations, mostSpecificHeaderMutationsWins } = fromBinary(HeaderMutationSchema, value)
      const own = compileHeaderMutations(mutations, `${path}.mutations`)
      return { kind: 'header-mutation', name, own, specificLast: mostSpecificHeaderMutationsWins }
    }
    case GrpcStatsSchema.typeName:
      return { kind: 'grpc-stats', name, policy: compileGrpcStats(fromBinary(GrpcStatsSchema, value), path) }
    case BasicAuthSchema.typeName:
      return { kind: 'basic-auth', name, auth: compileBasicAuth(fromBinary(BasicAuthSchema, value), path) }
    case GrpcWebSchema.typeName:
      return { kind: 'grpc-web', name }
    case CsrfPolicySchema.typeName:
      return { kind: 'csrf', name, policy: compileCsrfPolicy(fromBinary(CsrfPolicySchema, value), path) }
    case BufferSchema.typeName:
      return { kind: 'buffer', name, bytesMax: bufferBytesMax(fromBinary(BufferSchema, value), path) }
    case HeaderToMetadataSchema.typeName:
      return { kind: 'header-to-metadata', name, rules: compileHeaderToMetadata(value, path) }
    case SetMetadataSchema.typeName:
      return { kind: 'set-metadata', name, entries: compileSetMetadata(value, path) }
    case HealthCheckSchema.typeName:
      return { kind: 'health-check', name, answer: compileHealthAnswer(fromBinary(HealthCheckSchema, value), path) }
    case CompressorSchema.typeName:
      return { kind: 'compressor', name, policy: compileCompressor(fromBinary(CompressorSchema, value), path) }
    case DecompressorSchema.typeName:
      return { kind: 'decompressor', name, policy: compileDecompressor(fromBinary(DecompressorSchema, value), path) }
    case RBACSchema.typeName:
      return { kind: 'rbac', name, ...compileRbac(fromBinary(RBACSchema, value), path) }
    default:
      return undefined
  }
}

function typeNameOf(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
}
