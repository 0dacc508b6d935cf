import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { EncodedResource } from './resource-set.ts'

/** A ClusterLoadAssignment that says: this cluster has no endpoints. */
export function noEndpoints(clusterName: string): EncodedResource {
  // Field 1, cluster_name, is all there is.
  const bytes = new BinaryWriter()
    .uint32((1 << 3) | 2)
    .string(clusterName)
    .finish()
  return { name: clusterName, version: 'none', bytes }
}
