import { create } from '@bufbuild/protobuf'
import { metadataText } from '@heddle/engine/metadata-text'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Locality } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { HealthStatus } from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import type {
  Endpoint_HealthCheckConfig,
  LbEndpoint,
} from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_components_pb'
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignment_PolicySchema,
  ClusterLoadAssignmentSchema,
} from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { addressKey } from '../net/address-key.ts'
import type { Assignment, EndpointConfig, EndpointHealthCheck, Place, WorkloadRef } from './assignment.ts'
import { decodeAddress } from './decode-address.ts'
import { localityName } from './locality-name.ts'

const supported = new Set(['cluster_name', 'endpoints', 'policy'])
const supportedPolicy = new Set(['overprovisioning_factor', 'weighted_priority_health'])

/** A cluster without a `load_assignment` is one that nobody serves. */
export const noEndpoints = create(ClusterLoadAssignmentSchema)

/** `envoy.config.endpoint.v3.ClusterLoadAssignment`. */
export function decodeAssignment(message: ClusterLoadAssignment, allowsNames = false): Assignment {
  refuseUnsupported(ClusterLoadAssignmentSchema, message, supported, '')
  const { policy } = message
  if (policy) refuseUnsupported(ClusterLoadAssignment_PolicySchema, policy, supportedPolicy, 'policy')
  const endpoints = message.endpoints.flatMap((locality, index) => {
    const path = `endpoints[${index}]`
    if (locality.priority > 128) throw new ResourceRejected(`${path}.priority`, 'is more than 128')
    const level = {
      priority: locality.priority,
      locality: localityName(locality.locality),
      place: placeOf(locality.locality),
      localityWeight: locality.loadBalancingWeight,
      localityMetadata: locality.metadata?.filterMetadata,
    }
    return locality.lbEndpoints.map((endpoint, each) =>
      decodeEndpoint(endpoint, level, `${path}.lb_endpoints[${each}]`, allowsNames),
    )
  })
  return {
    name: message.clusterName,
    endpoints,
    overprovisioningPercent: policy?.overprovisioningFactor ?? 140,
    weighsHealth: policy?.weightedPriorityHealth ?? false,
  }
}

function placeOf(locality: Locality | undefined): Place | undefined {
  return locality && { region: locality.region, zone: locality.zone, subZone: locality.subZone }
}

const noValues: ReadonlyMap<string, string> = new Map()

function decodeEndpoint(
  endpoint: LbEndpoint,
  level: Pick<EndpointConfig, 'priority' | 'locality' | 'place' | 'localityWeight' | 'localityMetadata'>,
  path: string,
  allowsName: boolean,
): EndpointConfig {
  if (endpoint.hostIdentifier.case !== 'endpoint') throw new ResourceRejected(path, 'has no endpoint')
  const weight = endpoint.loadBalancingWeight ?? 1
  if (weight === 0) throw new ResourceRejected(`${path}.load_balancing_weight`, 'must be at least 1')
  const { address: at, hostname, healthCheckConfig } = endpoint.hostIdentifier.value
  const address = decodeAddress(at, `${path}.endpoint.address`, allowsName)
  return {
    key: addressKey(address),
    twin: 0,
    address,
    hostname,
    weight,
    ...level,
    healthCheck: healthCheckOf(healthCheckConfig, `${path}.endpoint.health_check_config`),
    subsetValues: subsetValuesOf(endpoint),
    health: healthOf(endpoint.healthStatus),
    metadata: endpoint.metadata?.filterMetadata,
    workload: workloadOf(metadataText(endpoint.metadata, 'istio', 'workload')),
  }
}

const plainCheck: EndpointHealthCheck = { isDisabled: false, port: undefined, address: undefined, hostname: '' }

function healthCheckOf(config: Endpoint_HealthCheckConfig | undefined, path: string): EndpointHealthCheck {
  if (config === undefined) return plainCheck
  return {
    isDisabled: config.disableActiveHealthCheck,
    port: config.portValue || undefined,
    address: config.address && decodeAddress(config.address, `${path}.address`),
    hostname: config.hostname,
  }
}

function subsetValuesOf({ metadata }: LbEndpoint): ReadonlyMap<string, string> {
  const values = metadata?.filterMetadata['envoy.lb']
  if (values === undefined) return noValues
  return new Map(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]))
}

function healthOf(status: HealthStatus): EndpointConfig['health'] {
  switch (status) {
    case HealthStatus.HEALTHY:
      return 'healthy'
    case HealthStatus.UNHEALTHY:
      return 'unhealthy'
    case HealthStatus.TIMEOUT:
      return 'timeout'
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
