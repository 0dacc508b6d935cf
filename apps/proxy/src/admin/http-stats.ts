import type { ConnectionTally, TcpTally } from '../counts/connection-tally.ts'
import { HistogramCell } from '../counts/histogram-cell.ts'
import { newRedirectCounts, type RedirectCounts } from '../counts/traffic-counts.ts'
import type { HttpTally } from '../telemetry/request-tally.ts'
import { counters, gauges, histogram, httpScope, listenerHttpScope, type Stat, tcpScope } from './stat.ts'

/** `http.<stat_prefix>`: what one HTTP connection manager counts. `active` are its requests under way. */
export function httpStats(
  statPrefix: string,
  tallies: readonly HttpTally[],
  connections: ConnectionTally | undefined,
  active: number,
  redirects: RedirectCounts = newRedirectCounts(),
): Stat[] {
  const scope = httpScope(statPrefix)
  const ended = sum(tallies, () => true)
  const flagged = (flag: string) => sum(tallies, ({ flags }) => flags.split(',').includes(flag))
  const http2 = sum(tallies, ({ isHttp2 }) => isHttp2)
  const overtaken = sum(tallies, ({ isOvertaken }) => isOvertaken)
  const time = new HistogramCell()
  for (const { duration } of tallies) time.add(duration)
  const total = connections?.total ?? 0
  return [
    ...counters(scope, {
      downstream_rq_total: ended + active,
      downstream_rq_completed: sum(tallies, isTraffic),
      downstream_rq_http1_total: ended - http2,
      downstream_rq_http2_total: http2,
      ...byClass('downstream_rq', tallies),
      downstream_rq_response_before_rq_complete: overtaken,
      // Whoever reset it, as in Envoy, which resets what it leaves unread too.
      downstream_rq_rx_reset: sum(tallies, ({ isOvertaken, cutBy }) => isOvertaken || cutBy !== 'nobody'),
      downstream_rq_tx_reset: sum(tallies, ({ cutBy }) => cutBy === 'proxy'),
      downstream_rq_idle_timeout: flagged('SI'),
      downstream_rq_rejected_via_ip_detection: connections?.undetectedClients ?? 0,
      downstream_rq_max_duration_reached: connections?.requestsTooLong ?? 0,
      downstream_rq_timeout: sum(tallies, (each) => each.status === 408 && each.flags === ''),
      rq_total: sum(tallies, ({ end }) => end !== 'before-router' && end !== 'health-check'),
      // Redirects among them, as in Envoy.
      rq_direct_response: sum(tallies, ({ end }) => end === 'route'),
      rq_overload_local_reply: flagged('OM'),
      downstream_rq_overload_close: flagged('OM'),
      no_route: flagged('NR'),
      no_cluster: flagged('NC'),
      passthrough_internal_redirect_bad_location: redirects.badLocation,
      passthrough_internal_redirect_unsafe_scheme: redirects.unsafeScheme,
      passthrough_internal_redirect_too_many_redirects: redirects.tooMany,
      passthrough_internal_redirect_no_route: redirects.noRoute,
      passthrough_internal_redirect_predicate: redirects.predicate,
      downstream_cx_total: total,
      downstream_cx_destroy: total - (connections?.active ?? 0),
      downstream_cx_destroy_local: connections?.endedHere ?? 0,
      downstream_cx_destroy_remote: connections?.endedByPeer ?? 0,
      downstream_cx_http1_total: total - (connections?.http2 ?? 0),
      downstream_cx_http2_total: connections?.http2 ?? 0,
      downstream_cx_ssl_total: connections?.secure ?? 0,
      downstream_cx_rx_bytes_total: connections?.received ?? 0,
      downstream_cx_tx_bytes_total: connections?.sent ?? 0,
    }),
    ...gauges(scope, {
      downstream_rq_active: active,
      downstream_cx_active: connections?.active ?? 0,
      downstream_cx_http1_active: (connections?.active ?? 0) - (connections?.http2Active ?? 0),
      downstream_cx_http2_active: connections?.http2Active ?? 0,
      downstream_cx_ssl_active: connections?.secureActive ?? 0,
    }),
    histogram(scope, 'downstream_rq_time', time),
    ...(connections === undefined ? [] : [histogram(scope, 'downstream_cx_length_ms', connections.length)]),
  ]
}

/** `listener.<address>.http.<stat_prefix>`: the same answers, by where they were asked for. */
export function listenerHttpStats(address: string, statPrefix: string, tallies: readonly HttpTally[]): Stat[] {
  return counters(listenerHttpScope(address, statPrefix), {
    downstream_rq_completed: sum(tallies, isTraffic),
    ...byClass('downstream_rq', tallies),
  })
}

/** `tcp.<stat_prefix>`: what one `tcp_proxy` counts. */
export function tcpStats(statPrefix: string, connections: TcpTally): Stat[] {
  const scope = tcpScope(statPrefix)
  return [
    ...counters(scope, {
      downstream_cx_total: connections.total,
      downstream_cx_rx_bytes_total: connections.received,
      downstream_cx_tx_bytes_total: connections.sent,
      downstream_cx_no_route: connections.noRoute,
      idle_timeout: connections.idleTimeouts,
      max_downstream_connection_duration: connections.durationsReached,
    }),
    ...gauges(scope, { downstream_cx_active: connections.active }),
  ]
}

function byClass(name: string, tallies: readonly HttpTally[]): Record<string, number> {
  return Object.fromEntries(
    [1, 2, 3, 4, 5].map((hundreds) => [
      `${name}_${hundreds}xx`,
      sum(tallies, (each) => isTraffic(each) && Math.floor(each.status / 100) === hundreds),
    ]),
  )
}

/** Answers to health checks are none, and those that a client never got. */
function isTraffic({ end, status }: HttpTally): boolean {
  return status !== 0 && end !== 'health-check' && end !== 'health-forwarded' && end !== 'redirected'
}

function sum(tallies: readonly HttpTally[], counts: (tally: HttpTally) => boolean): number {
  let requests = 0
  for (const tally of tallies) if (counts(tally)) requests += tally.requests
  return requests
}
