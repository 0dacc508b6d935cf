import type { ListenerCounts } from '../traffic/traffic-counts.ts'
import { counters, gauges, histogram, listenerScope, plainScope, type Stat } from './stat.ts'

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
      no_filter_chain_match: counts.noChain,
      ...(hasTls
        ? {
            'ssl.handshake': counts.handshakes,
            'ssl.connection_error': counts.handshakeFailures,
            'server_ssl_socket_factory.ssl_context_update_by_sds': contextUpdates,
            'server_ssl_socket_factory.downstream_context_secrets_not_ready': counts.secretsNotReady,
          }
        : {}),
    }),
    ...gauges(scope, { downstream_cx_active: counts.active }),
    histogram(scope, 'downstream_cx_length_ms', counts.length),
  ]
}

/** `listener_manager`. */
export function listenerManagerStats(active: number, warming: number, draining: number): Stat[] {
  return gauges(plainScope('listener_manager'), {
    total_listeners_active: active,
    total_listeners_warming: warming,
    total_listeners_draining: draining,
  }).map((stat) => ({ ...stat, merge: 'max' as const }))
}
