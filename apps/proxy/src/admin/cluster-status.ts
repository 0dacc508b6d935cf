import type { ClusterState } from '../cluster/cluster-state.ts'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import { addressKey } from '../config/address-key.ts'
import type { BreakerConfig } from '../config/proxy-config.ts'

/** `/clusters` as Envoy writes it: `<cluster>::<address>::<what>::<value>`, one a line. */
export function clusterLines(clusters: ReadonlyMap<string, ClusterState>): string[] {
  return [...clusters].flatMap(([name, cluster]) => [
    `${name}::observability_name::${cluster.config.statName}`,
    ...Object.entries(limitsOf(cluster.config.breaker)).map(
      ([key, value]) => `${name}::default_priority::${key}::${value}`,
    ),
    ...cluster.endpoints.flatMap((endpoint) => {
      const address = addressKey(endpoint.config.address)
      return Object.entries(valuesOf(endpoint)).map(([key, value]) => `${name}::${address}::${key}::${value}`)
    }),
  ])
}

/** `/clusters?format=json`: `envoy.admin.v3.Clusters`. */
export function clusterStatuses(clusters: ReadonlyMap<string, ClusterState>) {
  return [...clusters].map(([name, cluster]) => ({
    name,
    observability_name: cluster.config.statName,
    host_statuses: cluster.endpoints.map(hostStatus),
    circuit_breakers: { thresholds: [limitsOf(cluster.config.breaker)] },
  }))
}

/** What is wrong with an endpoint, in Envoy's words; "healthy" when nothing is. */
export function healthFlags({ config, isEjected, checked }: EndpointState): string {
  const flags = [
    checked === 'unhealthy' ? '/failed_active_hc' : '',
    isEjected ? '/failed_outlier_check' : '',
    config.health === 'unhealthy' ? '/failed_eds_health' : '',
    checked === 'degraded' ? '/degraded_active_hc' : '',
    config.health === 'degraded' ? '/degraded_eds_health' : '',
    checked === 'pending' ? '/pending_active_hc' : '',
    config.health === 'draining' ? '/eds_status_draining' : '',
  ].join('')
  return flags === '' ? 'healthy' : flags
}

function limitsOf({ connectionsMax, pendingMax, requestsMax, retriesMax }: BreakerConfig) {
  return {
    max_connections: connectionsMax,
    max_pending_requests: pendingMax,
    max_requests: requestsMax,
    // Without a limit of its own the budget is the limit.
    ...(Number.isFinite(retriesMax) ? { max_retries: retriesMax } : {}),
  }
}

function valuesOf(endpoint: EndpointState) {
  const { config, pool, active, failures, totalRequests, successRate } = endpoint
  const [region = '', zone = '', subZone = ''] = config.locality.split('/')
  return {
    cx_active: pool.size,
    rq_active: active,
    rq_error: failures,
    rq_success: Math.max(0, totalRequests - failures - active),
    rq_total: totalRequests,
    hostname: config.hostname,
    health_flags: healthFlags(endpoint),
    weight: config.weight,
    region,
    zone,
    sub_zone: subZone,
    canary: false,
    priority: config.priority,
    success_rate: successRate,
  }
}

function hostStatus(endpoint: EndpointState) {
  const { config, pool, active, failures, totalRequests, isEjected, checked, successRate } = endpoint
  const { address } = config
  const [region, zone, sub_zone] = config.locality.split('/')
  const counter = (name: string, value: number) => ({ type: 'COUNTER', name, value: String(value) })
  const gauge = (name: string, value: number) => ({ type: 'GAUGE', name, value: String(value) })
  return {
    address:
      address.kind === 'unix'
        ? { pipe: { path: address.path } }
        : { socket_address: { address: address.host, port_value: address.port } },
    stats: [
      counter('rq_error', failures),
      counter('rq_success', Math.max(0, totalRequests - failures - active)),
      counter('rq_total', totalRequests),
      gauge('cx_active', pool.size),
      gauge('rq_active', active),
    ],
    health_status: {
      eds_health_status: config.health === 'unknown' ? 'HEALTHY' : config.health.toUpperCase(),
      ...(checked === 'unhealthy' ? { failed_active_health_check: true } : {}),
      ...(isEjected ? { failed_outlier_check: true } : {}),
      ...(checked === 'degraded' ? { failed_active_degraded_check: true } : {}),
      ...(checked === 'pending' ? { pending_active_hc: true } : {}),
    },
    ...(successRate < 0 ? {} : { success_rate: { value: successRate } }),
    weight: config.weight,
    ...(config.hostname === '' ? {} : { hostname: config.hostname }),
    ...(config.priority === 0 ? {} : { priority: config.priority }),
    locality: { ...(region ? { region } : {}), ...(zone ? { zone } : {}), ...(sub_zone ? { sub_zone } : {}) },
  }
}
