import { type Cluster, TrackClusterStatsSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { ClusterConfig } from './cluster-config.ts'

const supported = new Set(['per_endpoint_stats', 'timeout_budgets', 'request_response_sizes'])

/** `track_cluster_stats`, and the field that one of its own was before. */
export function decodeTrackedStats({
  trackClusterStats: tracked,
  trackTimeoutBudgets,
}: Cluster): Pick<ClusterConfig, 'tellsEndpoints' | 'measuresBudgets' | 'measuresSizes'> {
  if (tracked) refuseUnsupported(TrackClusterStatsSchema, tracked, supported, 'track_cluster_stats')
  return {
    tellsEndpoints: tracked?.perEndpointStats ?? false,
    measuresBudgets: tracked?.timeoutBudgets ?? trackTimeoutBudgets,
    measuresSizes: tracked?.requestResponseSizes ?? false,
  }
}
