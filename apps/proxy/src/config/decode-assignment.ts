import { metadataText } from '@heddle/engine/metadata-text'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { HealthStatus } from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import type { LbEndpoint } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_components_pb'
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { addressKey } from './address-key.ts'
import { decodeAddress } from './decode-address.ts'
import type { Assignment, EndpointConfig, WorkloadRef } from './proxy-config.ts'

const supported = new Set(['cluster_name', 'endpoints', 'policy'])

/** `envoy.config.endpoint.v3.ClusterLoadAssignment`. */
export function decodeAssignment(message: ClusterLoadAssignment, allowsNames = false): Assignment {
  refuseUnsupported(ClusterLoadAssignmentSchema, message, supported, '')
  const endpoints = message.endpoints.flatMap((locality, index) => {
    const place = locality.locality
    const name = place === undefined ? '' : [place.region, place.zone, place.subZone].filter(Boolean).join('/')
    return locality.lbEndpoints.map((endpoint, each) =>
      decodeEndpoint(endpoint, name, locality.priority, `endpoints[${index}].lb_endpoints[${each}]`, allowsNames),
    )
  })
  return { name: message.clusterName, endpoints }
}

function decodeEndpoint(
  endpoint: LbEndpoint,
  locality: string,
  priority: number,
  path: string,
  allowsName: boolean,
): EndpointConfig {
  if (endpoint.hostIdentifier.case !== 'endpoint') throw new ResourceRejected(path, 'has no endpoint')
  const weight = endpoint.loadBalancingWeight ?? 1
  if (weight === 0) throw new ResourceRejected(`${path}.load_balancing_weight`, 'must be at least 1')
  const { address: at, hostname } = endpoint.hostIdentifier.value
  const address = decodeAddress(at, `${path}.endpoint.address`, allowsName)
  return {
    key: addressKey(address),
    address,
    hostname,
    weight,
    priority,
    locality,
    health: healthOf(endpoint.healthStatus),
    workload: workloadOf(metadataText(endpoint.metadata, 'istio', 'workload')),
  }
}

function healthOf(status: HealthStatus): EndpointConfig['health'] {
  switch (status) {
    case HealthStatus.HEALTHY:
      return 'healthy'
    case HealthStatus.UNHEALTHY:
    case HealthStatus.TIMEOUT:
      return 'unhealthy'
    case HealthStatus.DRAINING:
      return 'draining'
    case HealthStatus.DEGRADED:
      return 'degraded'
    default:
      return 'unknown'
  }
}

/** "name;namespace;service;version;cluster", as Istio writes it. */
function workloadOf(text: string | undefined): WorkloadRef | undefined {
  if (text === undefined) return undefined
  const [name = '', namespace = '', service = '', version = ''] = text.split(';')
  return { name, namespace, service, version }
}
