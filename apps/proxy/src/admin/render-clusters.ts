import { addressKey } from '../net/address-key.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ClusterStatus, HostStatus } from './cluster-status.ts'
import { numberText } from './render-stats.ts'
import { JsonList } from './stream-json.ts'

/** `/clusters` as Envoy writes it: `<cluster>::<address>::<what>::<value>`, one a line. */
export function* clusterLines(clusters: Iterable<ClusterStatus>): Generator<string> {
  for (const { name, statName, outlier, limits, highLimits, isDynamic, hosts } of clusters) {
    const lines = (values: Readonly<Record<string, unknown>>, of = '') =>
      Object.entries(values)
        .map(([key, value]) => `${name}::${of}${key}::${value}\n`)
        .join('')
    const outliers = Object.entries(outlier).map(([key, value]) => [key, numberText(value)])
    yield lines({ observability_name: statName }) +
      lines(Object.fromEntries(outliers), 'outlier::') +
      lines(limits, 'default_priority::') +
      lines(highLimits, 'high_priority::') +
      lines({ added_via_api: isDynamic })
    for (const host of hosts) yield lines(valuesOf(host), `${addressKey(host.address)}::`)
  }
}

/** `/clusters?format=json`: `envoy.admin.v3.Clusters`. */
export function clusterJson(clusters: Iterable<ClusterStatus>): unknown {
  return { cluster_statuses: new JsonList(statusesJson(clusters)) }
}

function* statusesJson(clusters: Iterable<ClusterStatus>): Generator<unknown> {
  for (const { name, statName, limits, highLimits, isDynamic, hosts } of clusters) {
    yield {
      name,
      ...(isDynamic ? { added_via_api: true } : {}),
      host_statuses: hosts.map(hostJson),
      circuit_breakers: { thresholds: [limits, { priority: 'HIGH', ...highLimits }] },
      observability_name: statName,
    }
  }
}

/** An address as `envoy.config.core.v3.Address`. */
export function addressJson(address: SocketAddress): unknown {
  return address.kind === 'unix'
    ? { pipe: { path: address.path } }
    : { socket_address: { address: address.host, port_value: address.port } }
}

function valuesOf({ counters, gauges, flags, locality, ...host }: HostStatus) {
  const [region = '', zone = '', subZone = ''] = locality.split('/')
  return {
    ...Object.fromEntries(Object.entries({ ...counters, ...gauges }).sort(([a], [b]) => (a < b ? -1 : 1))),
    hostname: host.hostname,
    health_flags: flags.length === 0 ? 'healthy' : flags.join(''),
    weight: host.weight,
    region,
    zone,
    sub_zone: subZone,
    canary: host.isCanary,
    priority: host.priority,
    success_rate: numberText(host.successRate),
    local_origin_success_rate: numberText(host.localOriginSuccessRate),
  }
}

const healthFields = new Map([
  ['/failed_active_hc', 'failed_active_health_check'],
  ['/failed_outlier_check', 'failed_outlier_check'],
  ['/degraded_active_hc', 'failed_active_degraded_check'],
  ['/pending_active_hc', 'pending_active_hc'],
])

function hostJson({ address, counters, gauges, flags, edsHealth, ...host }: HostStatus) {
  const [region, zone, sub_zone] = host.locality.split('/')
  const flagged = flags.flatMap((flag) => healthFields.get(flag) ?? [])
  return {
    address: addressJson(address),
    stats: [
      ...Object.entries(counters).map(([name, value]) => ({ type: 'COUNTER', name, value: String(value) })),
      ...Object.entries(gauges).map(([name, value]) => ({ type: 'GAUGE', name, value: String(value) })),
    ],
    health_status: { eds_health_status: edsHealth, ...Object.fromEntries(flagged.map((field) => [field, true])) },
    ...(host.successRate < 0 ? {} : { success_rate: { value: host.successRate } }),
    ...(host.localOriginSuccessRate < 0 ? {} : { local_origin_success_rate: { value: host.localOriginSuccessRate } }),
    weight: host.weight,
    ...(host.hostname === '' ? {} : { hostname: host.hostname }),
    ...(host.priority === 0 ? {} : { priority: host.priority }),
    locality: { ...(region ? { region } : {}), ...(zone ? { zone } : {}), ...(sub_zone ? { sub_zone } : {}) },
  }
}
