import type { EndpointState } from '../cluster/endpoint-state.ts'
import { addressKey } from '../net/address-key.ts'
import { hostStatus } from './cluster-status.ts'
import { counters, endpointScope, gauges, type Stat, sharedGauges } from './stat.ts'

/** `track_cluster_stats.per_endpoint_stats`: what `/clusters` says of an endpoint, as statistics. */
export function endpointStats(cluster: string, endpoint: EndpointState): Stat[] {
  const { address, hostname, counters: counted, gauges: now, flags } = hostStatus(endpoint)
  const scope = endpointScope(cluster, addressKey(address), hostname)
  return [
    ...counters(scope, counted),
    ...gauges(scope, now),
    ...sharedGauges(scope, { healthy: flags.length === 0 ? 1 : 0 }),
  ]
}
