import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type {
  Cluster,
  Cluster_CustomClusterType as CustomType,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/clusters/aggregate/v3/cluster_pb'
import { DnsClusterSchema } from '@heddle/shared/xds/generated/envoy/extensions/clusters/dns/v3/dns_cluster_pb'
import type { ClusterConfig } from './cluster-config.ts'
import { decodeAggregate } from './decode-aggregate.ts'
import { decodeDnsCluster } from './decode-dns.ts'

/** `cluster_type`, which goes by the type of its configuration, as in Envoy, and not by its name. */
export function decodeClusterType(message: Cluster, { name, typedConfig }: CustomType): ClusterConfig['discovery'] {
  const typeName = typedConfig?.typeUrl.replace(/^.*\//, '')
  const value = typedConfig?.value ?? new Uint8Array()
  switch (typeName) {
    case ClusterConfigSchema.typeName:
      return decodeAggregate(message, fromBinary(ClusterConfigSchema, value))
    case DnsClusterSchema.typeName:
      return decodeDnsCluster(message, fromBinary(DnsClusterSchema, value))
    default:
      throw new ResourceRejected(
        'cluster_type',
        `${typeName ?? name} is not supported; envoy.clusters.aggregate and envoy.cluster.dns are`,
      )
  }
}
