import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { RBACSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/rbac/v3/rbac_pb'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import type { HttpFilter as HttpFilterMessage } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { compileAuthzPolicySet } from '../authz/compile-authz-policy-set.ts'
import { compileFaultPolicy } from '../fault/compile-fault-policy.ts'
import type { HttpFilter } from './http-filter.ts'

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
    if (filter.configType.case !== 'typedConfig') throw new ResourceRejected(`${at}.typed_config`, 'is required')
    const { typeUrl, value } = filter.configType.value
    const typeName = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
    if (typeName === RouterSchema.typeName) {
      if (index !== last) throw new ResourceRejected(at, 'the router must be the last filter')
      return compiled
    }
    const config = compileOne(filter.name, typeName, value, metadata, `${at}.typed_config`)
    if (config !== undefined) compiled.push(config)
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
): HttpFilter | undefined {
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
