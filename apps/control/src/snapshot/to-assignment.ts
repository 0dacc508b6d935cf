import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { HealthStatus } from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import type { LbEndpointSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_components_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { type Endpoint, resolveEndpoints } from '../catalog/resolve-endpoints.ts'
import { workloadIdentity } from '../catalog/workload-identity.ts'
import { encodeResource } from './encode-resource.ts'
import type { MeshView } from './mesh-view.ts'
import type { Destination } from './outbound-destinations.ts'
import type { EncodedResource } from './snapshot.ts'
import { socketAddress } from './xds-values.ts'

/** The endpoints of a destination, by locality. */
export function toAssignment(view: MeshView, destination: Destination): EncodedResource {
  const { cluster, found } = destination
  const endpoints = found ? resolveEndpoints(view.catalog, found.service, found.port) : []
  const localities = new Map<string, Endpoint[]>()
  for (const endpoint of endpoints) {
    const locality = endpoint.workload.entry.spec.locality ?? ''
    const list = localities.get(locality)
    if (list) list.push(endpoint)
    else localities.set(locality, [endpoint])
  }
  const message = create(ClusterLoadAssignmentSchema, {
    clusterName: cluster,
    endpoints: [...localities].sort(byName).map(([locality, members]) => {
      const [region = '', zone = '', subZone = ''] = locality.split('/')
      return {
        // gRPC clients refuse an absent locality, and silently drop one that has no weight.
        locality: { region, zone, subZone },
        loadBalancingWeight: members.reduce((sum, { weight }) => sum + weight, 0),
        lbEndpoints: members.map((member) => lbEndpoint(member, destination)),
      }
    }),
  })
  return encodeResource(ClusterLoadAssignmentSchema, cluster, message)
}

function lbEndpoint(endpoint: Endpoint, destination: Destination): MessageInitShape<typeof LbEndpointSchema> {
  const { workload, address, port, weight } = endpoint
  const identity = workloadIdentity(workload)
  const labels = workload.entry.spec.labels ?? {}
  const service = labels['service.istio.io/canonical-name'] ?? labels.app ?? destination.name
  return {
    hostIdentifier: { case: 'endpoint', value: { address: socketAddress(address, port) } },
    healthStatus: healthStatuses[workload.health],
    loadBalancingWeight: weight,
    metadata: {
      filterMetadata: {
        // Istio's form: name, namespace, canonical service, canonical revision, cluster.
        istio: { workload: [identity.workload, identity.namespace, service, identity.version, ''].join(';') },
      },
    },
  }
}

const healthStatuses = {
  healthy: HealthStatus.HEALTHY,
  unhealthy: HealthStatus.UNHEALTHY,
  draining: HealthStatus.DRAINING,
} as const

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
