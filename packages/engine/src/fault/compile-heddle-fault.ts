import { fromJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { FractionalPercentSchema } from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'
import type { TypedStruct } from '@heddle/shared/xds/generated/xds/type/v3/typed_struct_pb'
import { compileFaultPolicy, faultShare } from './compile-fault-policy.ts'
import type { FaultPolicy } from './fault-policy.ts'

/** The type that a `TypedStruct` names when it carries our own fault. */
export const heddleFaultType = 'heddle.filters.http.fault.v1.Fault'

/**
 * Our own extension: every field of Envoy's `HTTPFault` in its JSON form, and `reset: { percentage }`, which cuts the
 * client's connection. Envoy has no such fault; sent as optional, it passes over it.
 */
export function compileHeddleFault(message: TypedStruct, metadata: Metadata | undefined, path: string): FaultPolicy {
  const { reset, ...rest } = (message.value ?? {}) as JsonObject
  const fault = read(`${path}.value`, () => fromJson(HTTPFaultSchema, rest))
  return compileFaultPolicy(fault, metadata, `${path}.value`, resetOf(reset, `${path}.value.reset`))
}

function resetOf(reset: JsonValue | undefined, path: string): FaultPolicy['reset'] {
  if (reset === undefined) return undefined
  if (typeof reset !== 'object' || reset === null || Array.isArray(reset)) {
    throw new ResourceRejected(path, 'must be an object')
  }
  const { percentage, ...unknown } = reset
  for (const name of Object.keys(unknown)) throw new ResourceRejected(`${path}.${name}`, 'is no field of a reset')
  if (percentage === undefined) return faultShare(undefined, path)
  const message = read(`${path}.percentage`, () => fromJson(FractionalPercentSchema, percentage))
  return faultShare(message, `${path}.percentage`)
}

function read<Value>(path: string, parse: () => Value): Value {
  try {
    return parse()
  } catch (cause) {
    throw new ResourceRejected(path, cause instanceof Error ? cause.message : String(cause))
  }
}
