import type { ChangeCounts } from '../counts/change-counts.ts'
import type { ListenerCounts } from '../counts/traffic-counts.ts'
import {
  counters,
  gauges,
  histogram,
  listenerScope,
  plainScope,
  type Stat,
  sharedCounters,
  sharedGauges,
} from './stat.ts'
import { tlsStats } from './tls-stats.ts'

/** `listener.<address>`: connections, and what TLS made of them. */
export function listenerStats(
  address: string,
  counts: ListenerCounts,
  contextUpdates: number,
  hasTls: boolean,
): Stat[] {
  const scope = listenerScope(address)
  return [
    ...counters(scope, {
      downstream_cx_total: counts.total,
      downstream_cx_destroy: counts.total - counts.active,
      downstream_cx_overflow: counts.overflows,
      downstream_global_cx_overflow: counts.globalOverflows,
      downstream_cx_overload_reject: counts.overloadRejects,
      no_filter_chain_match: counts.noChain,
      downstream_pre_cx_timeout: counts.inspectionTimeouts,
      downstream_cx_transport_socket_connect_timeout: counts.handshakeTimeouts,
      ...(hasTls
        ? {
            'server_ssl_socket_factory.ssl_context_update_by_sds': contextUpdates,
            'server_ssl_socket_factory.downstream_context_secrets_not_ready': counts.secretsNotReady,
          }
        : {}),
    }),
    ...(hasTls ? tlsStats(scope, counts.tls) : []),
    ...gauges(scope, { downstream_cx_active: counts.active, downstream_pre_cx_active: counts.inspected }),
    histogram(scope, 'downstream_cx_length_ms', counts.length),
  ]
}

/** `listener_manager`. */
export function listenerManagerStats(
  active: number,
  warming: number,
  draining: number,
  { listeners }: ChangeCounts,
): Stat[] {
  const scope = plainScope('listener_manager')
  return [
    ...sharedGauges(scope, {
      total_listeners_active: active,
      total_listeners_warming: warming,
      total_listeners_draining: draining,
    }),
    ...sharedCounters(scope, {
      listener_added: listeners.added,
      listener_modified: listeners.modified,
      listener_removed: listeners.removed,
      listener_create_success: listeners.added + listeners.modified,
    }),
  ]
}
