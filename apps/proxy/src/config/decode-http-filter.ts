import { fromBinary } from '@bufbuild/protobuf'
import { compileAuthzPolicySet } from '@heddle/engine/authz/compile-authz-policy-set'
import { compileFaultPolicy } from '@heddle/engine/fault/compile-fault-policy'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { RBACSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import type { HttpFilter } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import type { HttpFilterConfig } from './http-filter-config.ts'

/** The filters of a chain in order; the router must be there and last, and is left out of the result. */
export function decodeHttpFilters(
  filters: readonly HttpFilter[],
  metadata: Metadata | undefined,
  path: string,
): HttpFilterConfig[] {
  const decoded: HttpFilterConfig[] = []
  const last = filters.length - 1
  for (const [index, filter] of filters.entries()) {
    const at = `${path}.http_filters[${index}]`
    if (filter.configType.case !== 'typedConfig') throw new ResourceRejected(`${at}.typed_config`, 'is required')
    const { typeUrl, value } = filter.configType.value
    const typeName = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
    if (typeName === RouterSchema.typeName) {
      if (index !== last) throw new ResourceRejected(at, 'the router must be the last filter')
      return decoded
    }
    const config = decodeOne(filter.name, typeName, value, metadata, `${at}.typed_config`)
    if (config !== undefined) decoded.push(config)
    // What may be missing is skipped, as the sender allows it.
    else if (!filter.isOptional) throw new ResourceRejected(at, `filter type ${typeName} is not supported yet`)
  }
  throw new ResourceRejected(`${path}.http_filters`, 'does not end with the router')
}

function decodeOne(
  name: string,
  typeName: string,
  value: Uint8Array,
  metadata: Metadata | undefined,
  path: string,
): HttpFilterConfig | undefined {
  switch (typeName) {
    case HTTPFaultSchema.typeName: {
      const fault = fromBinary(HTTPFaultSchema, value)
      const isEmpty = fault.delay === undefined && fault.abort === undefined
      return { kind: 'fault', name, policy: isEmpty ? undefined : compileFaultPolicy(fault, metadata, path) }
    }
    case RBACSchema.typeName: {
      const rbac = fromBinary(RBACSchema, value)
      if (rbac.rules === undefined && rbac.shadowRules === undefined) return undefined
      return {
        kind: 'rbac',
        name,
        policies: rbac.rules && compileAuthzPolicySet(rbac.rules, `${path}.rules`),
        shadow: rbac.shadowRules && compileAuthzPolicySet(rbac.shadowRules, `${path}.shadow_rules`),
      }
    }
    default:
      return undefined
  }
}
