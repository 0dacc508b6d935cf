import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster,
  type Cluster_CustomClusterType as CustomType,
  Cluster_LbPolicy as Lb,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/clusters/aggregate/v3/cluster_pb'
import type { AggregateDiscovery } from './cluster-discovery.ts'

/** `cluster_type`, of which `envoy.clusters.aggregate` is taken. */
export function decodeAggregate({ lbPolicy }: Cluster, { name, typedConfig }: CustomType): AggregateDiscovery {
  const typeName = typedConfig?.typeUrl.replace(/^.*\//, '')
  if (typeName !== ClusterConfigSchema.typeName) {
    throw new ResourceRejected('cluster_type', `${typeName ?? name} is not supported; envoy.clusters.aggregate is`)
  }
  const { clusters } = fromBinary(ClusterConfigSchema, typedConfig?.value ?? new Uint8Array())
  if (clusters.length === 0) throw new ResourceRejected('cluster_type.typed_config.clusters', 'must not be empty')
  if (lbPolicy !== Lb.CLUSTER_PROVIDED) {
    throw new ResourceRejected('lb_policy', 'must be CLUSTER_PROVIDED for envoy.clusters.aggregate')
  }
  return { kind: 'aggregate', clusters }
}
