import { canary, isOmitted } from '@heddle/engine/retry/omitted-host'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { BreakerConfig } from '../config/cluster-config.ts'
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
  readonly hosts: readonly HostStatus[]
}

export type HostStatus = {
  readonly address: SocketAddress
  readonly hostname: string
  readonly counters: Readonly<Record<'rq_error' | 'rq_success' | 'rq_total', number>>
  readonly gauges: Readonly<Record<'cx_active' | 'rq_active', number>>
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
}

export function clusterStatusesOf(clusters: ReadonlyMap<string, ClusterState>): ClusterStatus[] {
  return [...clusters].map(([name, { config, endpoints }]) => ({
    name,
    statName: config.statName,
    isDynamic: config.discovery.kind === 'eds',
    limits: limitsOf(config.breaker),
    highLimits: limitsOf(config.highBreaker),
    hosts: endpoints.map(hostStatus),
  }))
}

/**
 * What several workers say of the same clusters as one: requests and connections are added up, and an endpoint that is
 * unwell for one of them is shown as that.
 */
export function mergeClusterStatuses(all: readonly (readonly ClusterStatus[])[]): readonly ClusterStatus[] {
  const [first = [], ...others] = all
  return first.map((cluster) => {
    const same = others.flatMap((statuses) => statuses.find(({ name }) => name === cluster.name) ?? [])
    // Of a divided limit each worker has its part.
    const total = (which: 'limits' | 'highLimits') =>
      Object.fromEntries(
        Object.keys(cluster[which]).map((name) => [
          name,
          [cluster, ...same].reduce((sum, each) => sum + (each[which][name] ?? 0), 0),
        ]),
      )
    const [limits, highLimits] = [total('limits'), total('highLimits')]
    return { ...cluster, limits, highLimits, hosts: cluster.hosts.map((host) => mergeHost(host, same)) }
  })
}

function mergeHost(host: HostStatus, clusters: readonly ClusterStatus[]): HostStatus {
  const key = addressKey(host.address)
  const same = clusters.flatMap(({ hosts }) => hosts.find(({ address }) => addressKey(address) === key) ?? [])
  const all = [host, ...same]
  const add = (of: (each: HostStatus) => number) => all.reduce((sum, each) => sum + of(each), 0)
  return {
    ...host,
    counters: {
      rq_error: add(({ counters }) => counters.rq_error),
      rq_success: add(({ counters }) => counters.rq_success),
      rq_total: add(({ counters }) => counters.rq_total),
    },
    gauges: { cx_active: add(({ gauges }) => gauges.cx_active), rq_active: add(({ gauges }) => gauges.rq_active) },
    flags: [...new Set(all.flatMap(({ flags }) => flags))],
    successRate: Math.min(...all.map(({ successRate }) => successRate)),
  }
}

function hostStatus(endpoint: EndpointState): HostStatus {
  const { config, pools, active, failures, totalRequests, successRate } = endpoint
  return {
    address: config.address,
    hostname: config.hostname,
    counters: {
      rq_error: failures,
      rq_success: Math.max(0, totalRequests - failures - active),
      rq_total: totalRequests,
    },
    gauges: { cx_active: pools.size, rq_active: active },
    flags: healthFlags(endpoint),
    edsHealth: config.health === 'unknown' ? 'HEALTHY' : config.health.toUpperCase(),
    weight: config.weight,
    locality: config.locality,
    priority: config.priority,
    isCanary: isOmitted([canary], endpoint),
    successRate,
  }
}

function healthFlags({ config, isEjected, checked, isCheckLate }: EndpointState): string[] {
  return [
    checked === 'unhealthy' ? '/failed_active_hc' : '',
    isEjected ? '/failed_outlier_check' : '',
    config.health === 'unhealthy' ? '/failed_eds_health' : '',
    checked === 'degraded' ? '/degraded_active_hc' : '',
    config.health === 'degraded' ? '/degraded_eds_health' : '',
    checked === 'pending' ? '/pending_active_hc' : '',
    checked === 'unhealthy' && isCheckLate ? '/active_hc_timeout' : '',
    config.health === 'draining' ? '/eds_status_draining' : '',
  ].filter((flag) => flag !== '')
}

function limitsOf({ connectionsMax, pendingMax, requestsMax, retriesMax }: BreakerConfig): Record<string, number> {
  return {
    max_connections: connectionsMax,
    max_pending_requests: pendingMax,
    max_requests: requestsMax,
    // Without a limit of its own the budget is the limit.
    ...(Number.isFinite(retriesMax) ? { max_retries: retriesMax } : {}),
  }
}
