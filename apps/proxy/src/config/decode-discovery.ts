import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster,
  Cluster_DiscoveryType as Discovery,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { ClusterConfig } from './cluster-config.ts'
import { decodeAssignment, noEndpoints } from './decode-assignment.ts'
import { decodeClusterType } from './decode-cluster-type.ts'
import { decodeConfigSource, resourceKey } from './decode-config-source.ts'
import { decodeDns } from './decode-dns.ts'
import { decodeOriginalDestination } from './decode-original-destination.ts'
import { tellTwinsApart } from './tell-twins-apart.ts'

/** Where a cluster's endpoints come from. */
export function decodeDiscovery(message: Cluster): ClusterConfig['discovery'] {
  const { clusterDiscoveryType: type } = message
  if (type.case === 'clusterType') return decodeClusterType(message, type.value)
  if (type.value === Discovery.ORIGINAL_DST) return decodeOriginalDestination(message)
  if (message.lbConfig.case === 'originalDstLbConfig') {
    throw new ResourceRejected('original_dst_lb_config', 'is for clusters of type ORIGINAL_DST')
  }
  if (message.cleanupInterval !== undefined) {
    throw new ResourceRejected('cleanup_interval', 'is for clusters of type ORIGINAL_DST')
  }
  switch (type.value ?? Discovery.STATIC) {
    case Discovery.EDS:
      return decodeEds(message)
    case Discovery.STATIC: {
      const assignment = decodeAssignment(message.loadAssignment ?? noEndpoints)
      return { kind: 'static', assignment: { ...assignment, endpoints: tellTwinsApart(assignment.endpoints) } }
    }
    case Discovery.STRICT_DNS:
      return decodeDns(message, true)
    case Discovery.LOGICAL_DNS:
      return decodeDns(message, false)
    default:
      throw new ResourceRejected('type', `${Discovery[type.value ?? 0]} is not supported yet`)
  }
}

function decodeEds({ name, edsClusterConfig }: Cluster): ClusterConfig['discovery'] {
  const source = decodeConfigSource(edsClusterConfig?.edsConfig, 'eds_cluster_config.eds_config')
  const assignmentName = resourceKey('assignment', edsClusterConfig?.serviceName || name, source)
  return { kind: 'eds', assignmentName, source: source.kind }
}
