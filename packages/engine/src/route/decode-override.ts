import { fromBinary } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { FilterConfigSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { BasicAuthPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/basic_auth/v3/basic_auth_pb'
import { BufferPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/buffer/v3/buffer_pb'
import { CompressorPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/compressor/v3/compressor_pb'
import { CorsPolicySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/cors/v3/cors_pb'
import { CsrfPolicySchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/csrf/v3/csrf_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { HeaderMutationPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_mutation/v3/header_mutation_pb'
import { ConfigSchema as HeaderToMetadataSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata_pb'
import { LocalRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import { RateLimitPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb'
import { RBACPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { StatefulSessionPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/stateful_session/v3/stateful_session_pb'
import { TypedStructSchema } from '@heddle/shared/xds/generated/xds/type/v3/typed_struct_pb'
import { compileBasicUsers } from '../authn/basic-auth.ts'
import { compileRbac } from '../authz/compile-rbac.ts'
import { bufferBytesMax } from '../buffer/buffer-bytes-max.ts'
import { compileCompressorOverride } from '../compress/compile-compressor.ts'
import { compileCorsPolicy } from '../cors/compile-cors-policy.ts'
import { compileCsrfPolicy } from '../csrf/csrf-policy.ts'
import { compileFaultPolicy } from '../fault/compile-fault-policy.ts'
import { compileHeddleFault, heddleFaultType } from '../fault/compile-heddle-fault.ts'
import { compileLocalRateLimit } from '../limit/compile-local-rate-limit.ts'
import { compileGlobalRateLimitOverride } from '../limit/global-rate-limit.ts'
import { compileHeaderToMetadata } from '../metadata/compile-header-to-metadata.ts'
import { compileHeaderMutations } from '../mutate/header-mutations.ts'
import { compileSessionPolicy } from '../session/compile-session-policy.ts'
import type { DecodeOverride } from './compile-filter-overrides.ts'
import type { FilterOverride } from './filter-override.ts'

/** The per-route settings of the filters that exist here. Others are refused, unless the sender calls them optional. */
export const decodeOverride: DecodeOverride = (config, metadata, path) => {
  if (typeNameOf(config.typeUrl) !== FilterConfigSchema.typeName) return decodeRequired(config, metadata, path)
  const wrapper = fromBinary(FilterConfigSchema, config.value)
  if (wrapper.disabled) return { kind: 'disabled', covers: undefined }
  if (wrapper.config === undefined) throw new ResourceRejected(path, 'neither disables nor configures')
  if (wrapper.config.typeUrl === '') return { kind: 'enabled' }
  return wrapper.isOptional
    ? decodeKnown(wrapper.config, metadata, `${path}.config`)
    : decodeRequired(wrapper.config, metadata, `${path}.config`)
}

function decodeRequired(config: Any, metadata: Metadata | undefined, path: string): FilterOverride {
  const override = decodeKnown(config, metadata, path)
  if (override === undefined) throw new ResourceRejected(path, `filter type ${config.typeUrl} is not supported yet`)
  return override
}

function decodeKnown(config: Any, metadata: Metadata | undefined, path: string): FilterOverride | undefined {
  switch (typeNameOf(config.typeUrl)) {
    case HTTPFaultSchema.typeName:
      return { kind: 'fault', policy: compileFaultPolicy(fromBinary(HTTPFaultSchema, config.value), metadata, path) }
    case TypedStructSchema.typeName: {
      const struct = fromBinary(TypedStructSchema, config.value)
      if (typeNameOf(struct.typeUrl) !== heddleFaultType) return undefined
      return { kind: 'fault', policy: compileHeddleFault(struct, metadata, path) }
    }
    case CorsPolicySchema.typeName:
      return { kind: 'cors', policy: compileCorsPolicy(fromBinary(CorsPolicySchema, config.value), path) }
    case BasicAuthPerRouteSchema.typeName: {
      const { users } = fromBinary(BasicAuthPerRouteSchema, config.value)
      return { kind: 'basic-auth', users: compileBasicUsers(users, `${path}.users`) }
    }
    case CsrfPolicySchema.typeName:
      return { kind: 'csrf', policy: compileCsrfPolicy(fromBinary(CsrfPolicySchema, config.value), path) }
    case BufferPerRouteSchema.typeName: {
      const { override } = fromBinary(BufferPerRouteSchema, config.value)
      if (override.case === undefined) throw new ResourceRejected(path, 'neither disables nor configures')
      if (override.case === 'buffer')
        return { kind: 'buffer', bytesMax: bufferBytesMax(override.value, `${path}.buffer`) }
      if (!override.value) throw new ResourceRejected(`${path}.disabled`, 'must be true')
      return { kind: 'buffer', bytesMax: undefined }
    }
    case CompressorPerRouteSchema.typeName: {
      const override = compileCompressorOverride(fromBinary(CompressorPerRouteSchema, config.value), path)
      return { kind: 'compressor', override }
    }
    case HeaderToMetadataSchema.typeName:
      return { kind: 'header-to-metadata', rules: compileHeaderToMetadata(config.value, path) }
    case StatefulSessionPerRouteSchema.typeName: {
      const { override } = fromBinary(StatefulSessionPerRouteSchema, config.value)
      if (override.case === undefined) throw new ResourceRejected(path, 'neither disables nor configures')
      if (override.case === 'disabled') return { kind: 'session', policy: undefined }
      return { kind: 'session', policy: compileSessionPolicy(override.value, `${path}.stateful_session`) }
    }
    case RateLimitPerRouteSchema.typeName:
      return { kind: 'rate-limit', limit: compileGlobalRateLimitOverride(config.value, path) }
    case LocalRateLimitSchema.typeName:
      return {
        kind: 'local-rate-limit',
        limit: compileLocalRateLimit(fromBinary(LocalRateLimitSchema, config.value), path),
      }
    case HeaderMutationPerRouteSchema.typeName: {
      const { mutations } = fromBinary(HeaderMutationPerRouteSchema, config.value)
      return { kind: 'header-mutation', levels: [compileHeaderMutations(mutations, `${path}.mutations`)] }
    }
    case RBACPerRouteSchema.typeName: {
      const { rbac } = fromBinary(RBACPerRouteSchema, config.value)
      return { kind: 'rbac', ...(rbac === undefined ? noRules : compileRbac(rbac, `${path}.rbac`)) }
    }
    default:
      return undefined
  }
}

function typeNameOf(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
}

const noRules = { policies: undefined, shadow: undefined }
