import { AggregateBalancer } from '@heddle/engine/balance/aggregate-balancer'
import type { BalanceCounts } from '@heddle/engine/balance/balance-counts'
import { Balancer } from '@heddle/engine/balance/balancer'
import { assignedWeight } from '@heddle/engine/balance/locality-weights'
import { SubsetBalancer } from '@heddle/engine/balance/subset-balancer'
import type { ClusterConfig } from '../config/cluster-config.ts'
import type { ClusterSurroundings } from './cluster-surroundings.ts'
import type { EndpointState } from './endpoint-state.ts'

export type ClusterBalancer = Balancer<EndpointState> | SubsetBalancer<EndpointState> | AggregateBalancer<EndpointState>

/** A cluster as its balancer sees it. */
export type BalancedCluster = {
  readonly config: ClusterConfig
  readonly overprovisioningPercent: number
  /** Requests that have a connection, and those that wait for one. */
  readonly requestsUnderWay: number
  readonly balanceCounts: BalanceCounts
}

/** What picks among a cluster's endpoints, or among those of the clusters that it is made of. */
export function buildBalancer(
  cluster: BalancedCluster,
  endpoints: readonly EndpointState[],
  weighsHealth: boolean,
  { random, local, cluster: named }: ClusterSurroundings,
): ClusterBalancer {
  const { balancer, discovery } = cluster.config
  if (discovery.kind === 'aggregate') {
    // By their names each time: they come and go.
    const members = () => discovery.clusters.flatMap((name) => named(name) ?? [])
    return new AggregateBalancer(members, balancer.panicPercent, random, priorityIn)
  }
  const members = {
    endpoints,
    overprovisioningPercent: cluster.overprovisioningPercent,
    weighsHealth,
    requestsActive: () => cluster.requestsUnderWay,
    counts: cluster.balanceCounts,
    localityWeight: assignedWeight,
    local,
  }
  return balancer.subsets === undefined
    ? new Balancer(balancer, members, random)
    : new SubsetBalancer(balancer, balancer.subsets, members, random)
}

function priorityIn(cluster: object, endpoint: EndpointState): number | undefined {
  return endpoint.cluster === cluster ? endpoint.config.priority : undefined
}
