import { otherCluster } from '@heddle/engine/route/virtual-cluster'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { CountedNames } from '../counts/traffic-counts.ts'

/** Of these listeners, among them those that finish what is under way, and of the routes there are. */
export function countedNames(listeners: Iterable<ListenerConfig>, routes: ProxyConfig['routes']): CountedNames {
  const names = new Set<string>()
  const http = new Set<string>()
  const tcp = new Set<string>()
  for (const { name, chains, defaultChain } of listeners) {
    names.add(name)
    for (const { network } of defaultChain === undefined ? chains : [...chains, defaultChain]) {
      if (network.kind === 'http') http.add(network.statPrefix)
      else if (network.kind === 'tcp') tcp.add(network.statPrefix)
    }
  }
  return { listeners: names, http, tcp, virtualClusters: virtualClustersOf(routes) }
}

function virtualClustersOf(routes: ProxyConfig['routes']): ReadonlyMap<string, ReadonlySet<string>> {
  const byHost = new Map<string, Set<string>>()
  for (const { virtualClusters } of routes.values()) {
    for (const { virtualHost, clusters } of virtualClusters) {
      const names = byHost.get(virtualHost) ?? new Set([otherCluster])
      for (const { name } of clusters) names.add(name)
      byHost.set(virtualHost, names)
    }
  }
  return byHost
}
