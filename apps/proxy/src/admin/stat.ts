import type { HistogramCell } from '../counts/histogram-cell.ts'

/** What a statistic is about, in Envoy's two ways to write it: `cluster.up.` and `envoy_cluster_` with a label. */
export type StatScope = {
  readonly prefix: string
  readonly metric: string
  readonly labels: Readonly<Record<string, string>>
}

/** One counter or gauge, by its name within its scope. `merge`: what several workers' values make together. */
export type NumberStat = {
  readonly kind: 'counter' | 'gauge'
  readonly scope: StatScope
  readonly name: string
  readonly value: number
  readonly merge: 'sum' | 'max'
  /** Its name is the value of one of its labels: for Prometheus the scope's alone is the name. */
  readonly isLabelled?: boolean
}

export type HistogramStat = {
  readonly kind: 'histogram'
  readonly scope: StatScope
  readonly name: string
  /** By bucket, as `histogram-cell.ts` has them. */
  readonly counts: readonly number[]
  readonly sum: number
}

/** Envoy's text readout. */
export type TextStat = {
  readonly kind: 'text'
  readonly scope: StatScope
  readonly name: string
  readonly value: string
}

export type Stat = NumberStat | HistogramStat | TextStat

export const clusterScope = (name: string): StatScope => ({
  prefix: `cluster.${name}.`,
  metric: 'cluster_',
  labels: { envoy_cluster_name: name },
})

/** One endpoint of a cluster, by its address as text; "" for one without a name. */
export const endpointScope = (cluster: string, address: string, hostname: string): StatScope => ({
  // A colon would be another value of another line to who reads them as statsd does.
  prefix: `cluster.${cluster}.endpoint.${address.replaceAll(':', '_')}.`,
  metric: 'cluster_endpoint_',
  labels: {
    envoy_cluster_name: cluster,
    envoy_endpoint_address: address,
    ...(hostname === '' ? {} : { envoy_endpoint_hostname: hostname }),
  },
})

export const httpScope = (statPrefix: string): StatScope => ({
  prefix: `http.${statPrefix}.`,
  metric: 'http_',
  labels: { envoy_http_conn_manager_prefix: statPrefix },
})

export const tcpScope = (statPrefix: string): StatScope => ({
  prefix: `tcp.${statPrefix}.`,
  metric: 'tcp_',
  labels: { envoy_tcp_prefix: statPrefix },
})

export const listenerScope = (address: string): StatScope => ({
  prefix: `listener.${address}.`,
  metric: 'listener_',
  labels: { envoy_listener_address: address },
})

export const listenerHttpScope = (address: string, statPrefix: string): StatScope => ({
  prefix: `listener.${address}.http.${statPrefix}.`,
  metric: 'listener_http_',
  labels: { envoy_http_conn_manager_prefix: statPrefix, envoy_listener_address: address },
})

export const virtualClusterScope = (virtualHost: string, name: string): StatScope => ({
  prefix: `vhost.${virtualHost}.vcluster.${name}.`,
  metric: 'vhost_vcluster_',
  labels: { envoy_virtual_cluster: name, envoy_virtual_host: virtualHost },
})

/** A part of the process that there is one of: "server", "listener_manager". */
export const plainScope = (name: string): StatScope => ({
  prefix: `${name}.`,
  metric: `${name.replace(/[^A-Za-z0-9_]/g, '_')}_`,
  labels: {},
})

export function counters(scope: StatScope, values: Readonly<Record<string, number>>): NumberStat[] {
  return Object.entries(values).map(([name, value]) => ({ kind: 'counter', scope, name, value, merge: 'sum' }))
}

/** Of each worker its own part. */
export function gauges(scope: StatScope, values: Readonly<Record<string, number>>): NumberStat[] {
  return Object.entries(values).map(([name, value]) => ({ kind: 'gauge', scope, name, value, merge: 'sum' }))
}

/** Counters of what every worker does alike. */
export function sharedCounters(scope: StatScope, values: Readonly<Record<string, number>>): NumberStat[] {
  return counters(scope, values).map((stat) => ({ ...stat, merge: 'max' }))
}

/** The same in every worker: the highest is told. */
export function sharedGauges(scope: StatScope, values: Readonly<Record<string, number>>): NumberStat[] {
  return Object.entries(values).map(([name, value]) => ({ kind: 'gauge', scope, name, value, merge: 'max' }))
}

export function histogram(scope: StatScope, name: string, { counts, sum }: HistogramCell): HistogramStat {
  return { kind: 'histogram', scope, name, counts: [...counts], sum }
}

export function statName({ scope, name }: Stat): string {
  return `${scope.prefix}${name}`
}
