import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { HttpConnectionManager } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { UuidRequestIdConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/request_id/uuid/v3/uuid_pb'

/** `request_id_extension`: what a request's id has to do with its trace. */
export type RequestIdTracing = {
  /** `pack_trace_reason`: the id says itself whether the request is traced. */
  readonly packsReason: boolean
  /** `use_request_id_for_trace_sampling`: the id decides, so that every hop decides alike; else all are traced. */
  readonly decides: boolean
}

/** Ids of UUID's form that decide and say so, unless the extension says otherwise; also where there is none, as in Envoy. */
export function decodeRequestId({ requestIdExtension }: HttpConnectionManager, path: string): RequestIdTracing {
  const config = requestIdExtension?.typedConfig
  if (config === undefined) return { packsReason: true, decides: true }
  const typeName = config.typeUrl.slice(config.typeUrl.lastIndexOf('/') + 1)
  if (typeName !== UuidRequestIdConfigSchema.typeName) {
    throw new ResourceRejected(`${path}.request_id_extension.typed_config`, `${typeName} is not supported yet`)
  }
  const { packTraceReason, useRequestIdForTraceSampling } = fromBinary(UuidRequestIdConfigSchema, config.value)
  return { packsReason: packTraceReason ?? true, decides: useRequestIdForTraceSampling ?? true }
}
