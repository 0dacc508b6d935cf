import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { type Cluster, Cluster_LbPolicy as Lb } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { ClusterConfig as Aggregate } from '@heddle/shared/xds/generated/envoy/extensions/clusters/aggregate/v3/cluster_pb'
import type { AggregateDiscovery } from './cluster-discovery.ts'

/** `envoy.clusters.aggregate`. */
export function decodeAggregate({ lbPolicy }: Cluster, { clusters }: Aggregate): AggregateDiscovery {
  if (clusters.length === 0) throw new ResourceRejected('cluster_type.typed_config.clusters', 'must not be empty')
  if (lbPolicy !== Lb.CLUSTER_PROVIDED) {
    throw new ResourceRejected('lb_policy', 'must be CLUSTER_PROVIDED for envoy.clusters.aggregate')
  }
  return { kind: 'aggregate', clusters }
}
