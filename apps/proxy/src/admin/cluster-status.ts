import { canary, isOmitted } from '@heddle/engine/retry/omitted-host'
import type { CircuitBreaker } from '../cluster/circuit-breaker.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { addressKey } from '../net/address-key.ts'
import type { SocketAddress } from '../net/socket-address.ts'

/** A cluster as `/clusters` shows it: plain data, so that workers can tell each other. */
export type ClusterStatus = {
  readonly name: string
  readonly statName: string
  readonly isDynamic: boolean
  /** Of the default priority, and of the high one. */
  readonly limits: Readonly<Record<string, number>>
  readonly highLimits: Readonly<Record<string, number>>
  /** Where there is outlier detection: what its last interval came to, by Envoy's names. */
  readonly outlier: Readonly<Record<string, number>>
  readonly hosts: readonly HostStatus[]
}

export type HostStatus = {
  readonly address: SocketAddress
  readonly hostname: string
  readonly counters: Readonly<Record<(typeof counterNames)[number], number>>
  readonly gauges: Readonly<Record<(typeof gaugeNames)[number], number>>
  /** Envoy's words for what is wrong with it; none when nothing is. */
  readonly flags: readonly string[]
  readonly edsHealth: string
  readonly weight: number
  readonly locality: string
  readonly priority: number
  /** `canary` in its `envoy.lb` metadata. */
  readonly isCanary: boolean
  /** Percent; -1 where it is not known. */
  readonly successRate: number
  readonly localOriginSuccessRate: number
}

const counterNames = ['cx_connect_fail', 'cx_total', 'rq_error', 'rq_success', 'rq_timeout', 'rq_total'] as const
const gaugeNames = ['cx_active', 'rq_active', 'rq_pending_active'] as const

/** One by one: of those that are there when it begins. */
export function* clusterStatusesOf(clusters: ReadonlyMap<string, ClusterState>): Generator<ClusterStatus> {
  for (const [name, cluster] of [...clusters]) {
    yield {
      name,
      statName: cluster.config.statName,
      isDynamic: cluster.config.discovery.kind === 'eds',
      limits: limitsOf(cluster.breaker),
      highLimits: limitsOf(cluster.highBreaker),
      hosts: cluster.endpoints.map(hostStatus),
      outlier: cluster.config.outlier === undefined ? {} : outlierOf(cluster.outliers.rates),
    }
  }
}

/**
 * What several workers say of the same clusters as one: requests and connections are added up, and an endpoint that is
 * unwell for one of them is shown as that.
 */
export function* mergeClusterStatuses(
  first: Iterable<ClusterStatus>,
  others: ReadonlyMap<string, readonly ClusterStatus[]>,
): Generator<ClusterStatus> {
  for (const cluster of first) {
    const same = others.get(cluster.name) ?? []
    // Of a divided limit each worker has its part.
    const total = (which: 'limits' | 'highLimits') =>
      Object.fromEntries(
        Object.keys(cluster[which]).map((name) => [
          name,
          [cluster, ...same].reduce((sum, each) => sum + (each[which][name] ?? 0), 0),
        ]),
      )
    const [limits, highLimits] = [total('limits'), total('highLimits')]
    yield { ...cluster, limits, highLimits, hosts: cluster.hosts.map((host) => mergeHost(host, same)) }
  }
}

function mergeHost(host: HostStatus, clusters: readonly ClusterStatus[]): HostStatus {
  const key = addressKey(host.address)
  const same = clusters.flatMap(({ hosts }) => hosts.find(({ address }) => addressKey(address) === key) ?? [])
  const all = [host, ...same]
  return {
    ...host,
    counters: added(counterNames, (name) => all.map(({ counters }) => counters[name])),
    gauges: added(gaugeNames, (name) => all.map(({ gauges }) => gauges[name])),
    flags: [...new Set(all.flatMap(({ flags }) => flags))],
    successRate: Math.min(...all.map(({ successRate }) => successRate)),
    localOriginSuccessRate: Math.min(...all.map((each) => each.localOriginSuccessRate)),
  }
}

function added<Name extends string>(
  names: readonly Name[],
  valuesOf: (name: Name) => readonly number[],
): Record<Name, number> {
  const sums = names.map((name) => [name, valuesOf(name).reduce((sum, each) => sum + each, 0)])
  return Object.fromEntries(sums) as Record<Name, number> // each name is there
}

export function hostStatus(endpoint: EndpointState): HostStatus {
  const { config, counts, pools, active, pending, successRate, localOriginSuccessRate } = endpoint
  return {
    address: config.address,
    hostname: config.hostname,
    counters: {
      cx_connect_fail: pools.dialCounts.failures,
      cx_total: pools.dialCounts.total,
      rq_error: counts.failures,
      rq_success: counts.successes,
      rq_timeout: counts.timeouts,
      rq_total: counts.requests,
    },
    gauges: { cx_active: pools.size, rq_active: active - pending, rq_pending_active: pending },
    flags: healthFlags(endpoint),
    edsHealth: config.health === 'unknown' ? 'HEALTHY' : config.health.toUpperCase(),
    weight: config.weight,
    locality: config.locality,
    priority: config.priority,
    isCanary: isOmitted([canary], endpoint),
    successRate,
    localOriginSuccessRate,
  }
}

function outlierOf({
  successRates,
  localOriginSuccessRates,
}: ClusterState['outliers']['rates']): Record<string, number> {
  return {
    success_rate_average: successRates.average,
    success_rate_ejection_threshold: successRates.ejectedBelow,
    local_origin_success_rate_average: localOriginSuccessRates.average,
    local_origin_success_rate_ejection_threshold: localOriginSuccessRates.ejectedBelow,
  }
}

function healthFlags({ config, isEjected, checked, isCheckLate }: EndpointState): string[] {
  return [
    checked === 'unhealthy' ? '/failed_active_hc' : '',
    isEjected ? '/failed_outlier_check' : '',
    config.health === 'unhealthy' || config.health === 'timeout' ? '/failed_eds_health' : '',
    checked === 'degraded' ? '/degraded_active_hc' : '',
    config.health === 'degraded' ? '/degraded_eds_health' : '',
    checked === 'pending' ? '/pending_active_hc' : '',
    checked === 'unhealthy' && isCheckLate ? '/active_hc_timeout' : '',
    config.health === 'draining' ? '/eds_status_draining' : '',
  ].filter((flag) => flag !== '')
}

function limitsOf({ limits, retriesMax }: CircuitBreaker): Record<string, number> {
  return {
    max_connections: limits.connectionsMax,
    max_pending_requests: limits.pendingMax,
    max_requests: limits.requestsMax,
    // Of a budget as much as it comes to now.
    max_retries: retriesMax,
  }
}
