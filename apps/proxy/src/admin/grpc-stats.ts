import type { ClusterState } from '../cluster/cluster-state.ts'
import type { GrpcTallies } from '../counts/grpc-counts.ts'
import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { clusterScope, counters, type Stat } from './stat.ts'

type Clusters = ReadonlyMap<string, ClusterState>

/** `cluster.<name>.grpc.<service>.<method>`, and `grpc-web` for it: what has been counted, and nothing before. */
export function grpcStats({ grpc, grpcWeb }: TrafficCounts, clusters: Clusters): Stat[] {
  return [...talliesOf('grpc', grpc, clusters), ...talliesOf('grpc-web', grpcWeb, clusters)]
}

function talliesOf(protocol: string, tallies: GrpcTallies, clusters: Clusters): Stat[] {
  return [...tallies.all()].flatMap(
    ({ cluster, name, success, failure, statuses, requestMessages, responseMessages }) => {
      const config = clusters.get(cluster)?.config
      if (config === undefined) return []
      const values: [string, number][] = [
        ['success', success],
        ['failure', failure],
        ['total', success + failure],
        ...statuses,
        ['request_message_count', requestMessages],
        ['response_message_count', responseMessages],
      ]
      const front = name === '' ? `${protocol}.` : `${protocol}.${name}.`
      const counted = values.filter(([, value]) => value > 0).map(([key, value]) => [`${front}${key}`, value] as const)
      return counters(clusterScope(config.statName || cluster), Object.fromEntries(counted))
    },
  )
}
