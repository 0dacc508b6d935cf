import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { counters, gauges, type Stat, type StatScope } from './stat.ts'

/** What limits of the proxy itself have decided: of requests, and of connections. */
export function limitStats({ localLimits, connectionRates, askedConnections, openLimits }: TrafficCounts): Stat[] {
  return [
    ...[...localLimits].flatMap(([statPrefix, { enabled, ok, limited, enforced, shadowed }]) =>
      counters(httpLimitScope(statPrefix), { enabled, ok, rate_limited: limited, enforced, shadow_mode: shadowed }),
    ),
    ...[...connectionRates].flatMap(([statPrefix, { limited }]) =>
      counters(networkLimitScope(statPrefix), { rate_limited: limited }),
    ),
    ...[...askedConnections].flatMap(([statPrefix, { total, active, ok, over, errors, cut, passedOnError }]) => [
      ...counters(askedLimitScope(statPrefix), {
        total,
        ok,
        over_limit: over,
        error: errors,
        cx_closed: cut,
        failure_mode_allowed: passedOnError,
      }),
      ...gauges(askedLimitScope(statPrefix), { active }),
    ]),
    ...[...openLimits].flatMap(([statPrefix, { active, limited }]) => [
      ...counters(openLimitScope(statPrefix), { limited_connections: limited }),
      ...gauges(openLimitScope(statPrefix), { active_connections: active }),
    ]),
  ]
}

const httpLimitScope = (statPrefix: string): StatScope => ({
  prefix: `${statPrefix}.http_local_rate_limit.`,
  metric: 'http_local_rate_limit_',
  labels: { envoy_local_http_ratelimit_prefix: statPrefix },
})

const networkLimitScope = (statPrefix: string): StatScope => ({
  prefix: `local_rate_limit.${statPrefix}.`,
  metric: 'local_rate_limit_',
  labels: { envoy_local_network_ratelimit_prefix: statPrefix },
})

const askedLimitScope = (statPrefix: string): StatScope => ({
  prefix: `ratelimit.${statPrefix}.`,
  metric: 'ratelimit_',
  labels: { envoy_ratelimit_prefix: statPrefix },
})

const openLimitScope = (statPrefix: string): StatScope => ({
  prefix: `connection_limit.${statPrefix}.`,
  metric: 'connection_limit_',
  labels: { envoy_connection_limit_prefix: statPrefix },
})
