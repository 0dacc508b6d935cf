import type { ClusterState } from '../cluster/cluster-state.ts'
import type { ListenerConfig } from '../config/listener-config.ts'
import { tlsOfCluster } from '../config/secret-refs.ts'
import type { Discovery } from '../discovery/start-discovery.ts'
import type { ListenerServer } from '../listener/listener-server.ts'
import { addressKey } from '../net/address-key.ts'
import type { RuntimeLayers } from '../runtime/runtime-layers.ts'
import type { ClusterTally, HttpTally, RequestTallies } from '../telemetry/request-tally.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { chainPrefixes } from './chain-prefixes.ts'
import { clusterStats } from './cluster-stats.ts'
import { compressionStats } from './compression-stats.ts'
import { corsStats } from './cors-stats.ts'
import { discoveryStats } from './discovery-stats.ts'
import { faultStats } from './fault-stats.ts'
import { fetchStats } from './fetch-stats.ts'
import { filterStats, logServiceStats } from './filter-stats.ts'
import { grpcStats } from './grpc-stats.ts'
import { httpStats, listenerHttpStats, tcpStats } from './http-stats.ts'
import { inspectionStats } from './inspection-stats.ts'
import { limitStats } from './limit-stats.ts'
import { listenerManagerStats, listenerStats } from './listener-stats.ts'
import { overloadStats } from './overload-stats.ts'
import { rbacStats } from './rbac-stats.ts'
import { runtimeStats } from './runtime-stats.ts'
import { secretStats } from './secret-stats.ts'
import { serverStats } from './server-stats.ts'
import { sourceStats } from './source-stats.ts'
import type { Stat } from './stat.ts'
import { virtualClusterStats } from './virtual-cluster-stats.ts'

/** Where statistics are put together from. Nothing of it is counted for them: they are derived when somebody asks. */
export type StatSources = {
  readonly traffic: Traffic
  /** Up to date, and of what there is. */
  readonly requests: () => RequestTallies
  /** Undefined: nobody is followed. */
  readonly discovery: () => Pick<Discovery, 'counts' | 'files' | 'streams' | 'fetches' | 'asksForList'> | undefined
  readonly runtime: RuntimeLayers
  readonly state: () => 'live' | 'draining' | 'initializing'
}

/** Every statistic of this process, in parts: a cluster is one, and they are those that are there when it begins. */
export function* collectStats({
  traffic,
  requests,
  discovery,
  runtime,
  state,
}: StatSources): Generator<readonly Stat[]> {
  const tallies = requests()
  const clusters = new Map(traffic.clusters())
  traffic.counts.grpcWeb.forgetClusters((name) => traffic.clusters().has(name))
  traffic.counts.grpc.forgetClusters((name) => traffic.clusters().has(name))
  yield serverStats(traffic, state())
  yield runtimeStats(runtime)
  yield* ofListeners(traffic, [...tallies.http], discovery()?.fetches.awaiting('route') ?? 0)
  yield* ofClusters(traffic, clusters, tallies)
  yield inspectionStats(traffic.counts.inspections)
  yield limitStats(traffic.counts)
  yield faultStats(traffic)
  yield corsStats(traffic.counts)
  yield filterStats(traffic.counts)
  yield logServiceStats(traffic.counts)
  yield compressionStats(traffic.counts)
  yield grpcStats(traffic.counts, clusters)
  yield overloadStats(traffic)
  yield virtualClusterStats(traffic.counts, traffic.config)
  yield rbacStats(traffic.counts)
  yield discoveryStats(traffic, discovery())
  yield* sourceStats(traffic, discovery())
  yield fetchStats(traffic, discovery())
  yield secretStats(traffic.secrets.follower)
}

function* ofListeners(
  traffic: Traffic,
  tallies: readonly HttpTally[],
  routesAwaited: number,
): Generator<readonly Stat[]> {
  const { counts, secrets } = traffic
  const listeners = [...traffic.listeners()]
  const active = new Map<string, number>()
  for (const [, server] of listeners) {
    for (const [prefix, requests] of server.requestsActive()) active.set(prefix, (active.get(prefix) ?? 0) + requests)
  }
  const prefixes = new Set([
    ...counts.http.keys(),
    ...tallies.map(({ statPrefix }) => statPrefix),
    ...listeners.flatMap(([, { config }]) => chainPrefixes(config, 'http')),
  ])
  const waiting = secrets.follower?.awaiting.filter((each) => each.startsWith('listener ')) ?? []
  for (const prefix of prefixes) {
    const own = tallies.filter(({ statPrefix }) => statPrefix === prefix)
    yield httpStats(prefix, own, counts.http.get(prefix), active.get(prefix) ?? 0, counts.redirects.get(prefix))
  }
  for (const [prefix, connections] of [...counts.tcp]) yield tcpStats(prefix, connections)
  for (const [name, server] of listeners) yield ofListener(name, server, tallies, traffic)
  yield listenerManagerStats(listeners.length, waiting.length + routesAwaited, traffic.draining, counts.changes)
}

function ofListener(name: string, server: ListenerServer, tallies: readonly HttpTally[], traffic: Traffic): Stat[] {
  const address = statAddress(server.config)
  const { chains, defaultChain } = server.config
  const hasTls = [...chains, defaultChain].some((chain) => chain?.tls !== undefined)
  const updates = traffic.secrets.follower?.contextUpdates.get(`listener/${name}`) ?? 0
  const own = tallies.filter(({ listener }) => listener === name)
  return [
    ...listenerStats(address, server.counts, updates, hasTls),
    ...chainPrefixes(server.config, 'http').flatMap((prefix) =>
      listenerHttpStats(
        address,
        prefix,
        own.filter(({ statPrefix }) => statPrefix === prefix),
      ),
    ),
  ]
}

/** Envoy's name for a listener: what its configuration says, or its address without a colon. */
function statAddress({ statPrefix, address }: ListenerConfig): string {
  return statPrefix || addressKey(address).replace(/:/g, '_')
}

function* ofClusters(
  traffic: Traffic,
  clusters: ReadonlyMap<string, ClusterState>,
  tallies: RequestTallies,
): Generator<readonly Stat[]> {
  const byCluster = new Map<string, ClusterTally[]>()
  for (const tally of tallies.clusters) {
    const own = byCluster.get(tally.cluster)
    if (own === undefined) byCluster.set(tally.cluster, [tally])
    else own.push(tally)
  }
  const { follower } = traffic.secrets
  for (const [name, cluster] of clusters) {
    const hasSecrets = tlsOfCluster(cluster.config).some((tls) => tls?.secrets !== undefined)
    const updates = hasSecrets ? (follower?.contextUpdates.get(`cluster/${name}`) ?? 0) : undefined
    yield clusterStats(name, cluster, byCluster.get(name) ?? [], updates, traffic.lookupsOf(name))
  }
}
