import type { ClusterState } from '../cluster/cluster-state.ts'
import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { clusterScope, counters, type Stat } from './stat.ts'

/** `cluster.<name>.grpc.<service>.<method>`: what has been counted, and nothing before. */
export function grpcStats({ grpc }: TrafficCounts, clusters: ReadonlyMap<string, ClusterState>): Stat[] {
  return [...grpc.all()].flatMap(({ cluster, name, success, failure, statuses, requestMessages, responseMessages }) => {
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
    const front = name === '' ? 'grpc.' : `grpc.${name}.`
    const counted = values.filter(([, value]) => value > 0).map(([key, value]) => [`${front}${key}`, value] as const)
    return counters(clusterScope(config.statName || cluster), Object.fromEntries(counted))
  })
}
