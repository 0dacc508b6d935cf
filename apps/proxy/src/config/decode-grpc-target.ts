import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type GrpcService,
  GrpcService_EnvoyGrpcSchema,
  GrpcServiceSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/grpc_service_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { plainHeader } from './plain-header.ts'

/** A service that is called over gRPC: `envoy.config.core.v3.GrpcService`. */
export type GrpcTarget = {
  readonly cluster: string
  /** "" for the server's address. */
  readonly authority: string
  readonly metadata: readonly (readonly [name: string, value: string])[]
  /** Undefined: its user says. */
  readonly timeoutMs: number | undefined
}

const supported = new Set(['envoy_grpc', 'timeout', 'initial_metadata'])
const supportedEnvoyGrpc = new Set(['cluster_name', 'authority', 'skip_envoy_headers'])

export function decodeGrpcTarget(service: GrpcService | undefined, path: string): GrpcTarget {
  if (service?.targetSpecifier.case !== 'envoyGrpc') throw new ResourceRejected(`${path}.envoy_grpc`, 'is required')
  refuseUnsupported(GrpcServiceSchema, service, supported, path)
  const { value: target } = service.targetSpecifier
  refuseUnsupported(GrpcService_EnvoyGrpcSchema, target, supportedEnvoyGrpc, `${path}.envoy_grpc`)
  if (target.clusterName === '') throw new ResourceRejected(`${path}.envoy_grpc.cluster_name`, 'must not be empty')
  return {
    cluster: target.clusterName,
    authority: target.authority,
    metadata: service.initialMetadata.map((each, index) => plainHeader(each, `${path}.initial_metadata[${index}]`)),
    timeoutMs: durationMs(service.timeout),
  }
}
