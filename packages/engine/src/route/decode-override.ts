import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { FilterConfigSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { RBACPerRouteSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { compileAuthzPolicySet } from '../authz/compile-authz-policy-set.ts'
import { compileFaultPolicy } from '../fault/compile-fault-policy.ts'
import type { DecodeOverride } from './compile-filter-overrides.ts'

/** The per-route settings of the filters that exist here. */
export const decodeOverride: DecodeOverride = (config, metadata, path) => {
  switch (config.typeUrl.slice(config.typeUrl.lastIndexOf('/') + 1)) {
    case HTTPFaultSchema.typeName:
      return { kind: 'fault', policy: compileFaultPolicy(fromBinary(HTTPFaultSchema, config.value), metadata, path) }
    case RBACPerRouteSchema.typeName: {
      const { rbac } = fromBinary(RBACPerRouteSchema, config.value)
      return {
        kind: 'rbac',
        policies: rbac?.rules === undefined ? undefined : compileAuthzPolicySet(rbac.rules, `${path}.rbac.rules`),
        shadow:
          rbac?.shadowRules === undefined
            ? undefined
            : compileAuthzPolicySet(rbac.shadowRules, `${path}.rbac.shadow_rules`),
      }
    }
    case FilterConfigSchema.typeName: {
      const wrapper = fromBinary(FilterConfigSchema, config.value)
      if (wrapper.disabled) return { kind: 'disabled' }
      if (wrapper.config === undefined) throw new ResourceRejected(path, 'neither disables nor configures')
      return decodeOverride(wrapper.config, metadata, `${path}.config`)
    }
    default:
      throw new ResourceRejected(path, `filter type ${config.typeUrl} is not supported yet`)
  }
}
