import { shareOfCount, shareOfRate } from '@heddle/engine/limit/worker-share'
import type { BreakerConfig, ClusterConfig } from '../config/cluster-config.ts'
import type { FilterChain, ListenerConfig } from '../config/listener-config.ts'
import type { NetworkFilter } from '../config/network-filter.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'

/**
 * A configuration as one of several workers runs it: circuit breakers, connections of a listener and limits of connections
 * are divided. Rates of requests are divided where their buckets are made (`filter/limit-rate.ts`); what protects the process
 * itself counts in each process.
 */
export function shareConfig(config: ProxyConfig, workers: number): ProxyConfig {
  if (workers === 1) return config
  const share = <Value extends object>(all: ReadonlyMap<string, Value>, divide: (value: Value) => Value) =>
    new Map([...all].map(([name, value]) => [name, dividedOnce(value, divide)] as const))
  return {
    ...config,
    clusters: share(config.clusters, (cluster) => shareCluster(cluster, workers)),
    listeners: share(config.listeners, (listener) => shareListener(listener, workers)),
  }
}

function shareCluster(cluster: ClusterConfig, workers: number): ClusterConfig {
  return {
    ...cluster,
    breaker: shareBreaker(cluster.breaker, workers),
    highBreaker: shareBreaker(cluster.highBreaker, workers),
    endpointConnectionsMax: shareOfCount(cluster.endpointConnectionsMax, workers),
  }
}

function shareBreaker(breaker: BreakerConfig, workers: number): BreakerConfig {
  const { retryBudget } = breaker
  return {
    ...breaker,
    connectionsMax: shareOfCount(breaker.connectionsMax, workers),
    pendingMax: shareOfCount(breaker.pendingMax, workers),
    requestsMax: shareOfCount(breaker.requestsMax, workers),
    retriesMax: shareOfCount(breaker.retriesMax, workers),
    // Its percentage is of this worker's own requests.
    retryBudget: retryBudget && {
      ...retryBudget,
      concurrencyMin: shareOfCount(retryBudget.concurrencyMin, workers),
    },
  }
}

function shareListener(listener: ListenerConfig, workers: number): ListenerConfig {
  const chain = (each: FilterChain): FilterChain =>
    each.filters.length === 0 ? each : { ...each, filters: each.filters.map((filter) => shareFilter(filter, workers)) }
  return {
    ...listener,
    connectionsMax: shareOfCount(listener.connectionsMax, workers),
    chains: listener.chains.map(chain),
    defaultChain: listener.defaultChain && chain(listener.defaultChain),
  }
}

function shareFilter(filter: NetworkFilter, workers: number): NetworkFilter {
  switch (filter.kind) {
    case 'local-rate-limit':
      return { ...filter, rate: shareOfRate(filter.rate, workers) }
    case 'connection-limit':
      return { ...filter, connectionsMax: shareOfCount(filter.connectionsMax, workers) }
    // Who counts does so for all workers.
    case 'rate-limit':
    case 'rbac':
    case 'sni-cluster':
      return filter
  }
}

const dividedOf = new WeakMap<object, object>()

/** What has not changed stays the same object from push to push; the number of workers never changes. */
function dividedOnce<Value extends object>(value: Value, divide: (value: Value) => Value): Value {
  const known = dividedOf.get(value)
  if (known !== undefined) return known as Value // made of it
  const made = divide(value)
  dividedOf.set(value, made)
  return made
}
