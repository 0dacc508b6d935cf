import type { HealthRecord } from '@heddle/engine/health/health-record'
import type { EndpointConfig } from '../config/assignment.ts'
import type { HealthEventLog, HealthProbe } from '../config/health-check-config.ts'
import type { SocketAddress } from '../net/socket-address.ts'

export type WriteEvent = (path: string, line: string) => void

/** What one check came to. */
export type CheckSaid = {
  readonly isGood: boolean
  /** Why it failed, where it has: by an answer, by none, by none in time. */
  readonly failure: 'ACTIVE' | 'NETWORK' | 'NETWORK_TIMEOUT'
  /** Of an HTTP answer; 0 for none. */
  readonly status: number
}

export type CheckedEndpoint = {
  readonly cluster: string
  readonly kind: HealthProbe['kind']
  readonly endpoint: Pick<EndpointConfig, 'address' | 'metadata' | 'place'>
}

/** Writes what a check has changed, and what is to be told besides: `envoy.data.core.v3.HealthCheckEvent`, one a line. */
export function tellHealthEvents(
  { paths, tellsFailures, tellsSuccesses }: HealthEventLog,
  said: CheckSaid,
  before: HealthRecord,
  now: HealthRecord,
  about: CheckedEndpoint,
  write: WriteEvent,
): void {
  const events = said.isGood ? goodEvents(before, now, tellsSuccesses) : badEvents(said, before, now, tellsFailures)
  for (const event of events) {
    const line = `${JSON.stringify(eventJson(event, about))}\n`
    for (const path of paths) write(path, line)
  }
}

type HealthEvent = Readonly<Record<string, unknown>>

function goodEvents(before: HealthRecord, now: HealthRecord, tellsSuccesses: boolean): HealthEvent[] {
  const events: HealthEvent[] = []
  if (!before.isHealthy && now.isHealthy) events.push({ add_healthy_event: { first_check: before.isFirst } })
  if (tellsSuccesses) events.push({ successful_health_check_event: {} })
  if (before.isDegraded !== now.isDegraded) {
    events.push(now.isDegraded ? { degraded_healthy_host: {} } : { no_longer_degraded_host: {} })
  }
  return events
}

/** The first failure is told always: the endpoint was never known to be well. */
function badEvents(
  { failure, status }: CheckSaid,
  before: HealthRecord,
  now: HealthRecord,
  tellsFailures: boolean,
): HealthEvent[] {
  const why = { failure_type: failure, http_status_code: status }
  const events: HealthEvent[] = []
  if (before.isHealthy && !now.isHealthy) events.push({ eject_unhealthy_event: why })
  if (tellsFailures || before.isFirst) {
    events.push({
      health_check_failure_event: { failure_type: failure, first_check: before.isFirst, http_status_code: status },
    })
  }
  return events
}

function eventJson(event: HealthEvent, { cluster, kind, endpoint: { address, metadata, place } }: CheckedEndpoint) {
  return {
    health_checker_type: kind.toUpperCase(),
    host: hostJson(address),
    cluster_name: cluster,
    ...event,
    timestamp: new Date().toISOString(),
    ...(metadata === undefined ? {} : { metadata: { filter_metadata: metadata, typed_filter_metadata: {} } }),
    locality: { region: place?.region ?? '', zone: place?.zone ?? '', sub_zone: place?.subZone ?? '' },
  }
}

/** With every field, as Envoy writes it. */
function hostJson(address: SocketAddress): unknown {
  if (address.kind === 'unix') return { pipe: { path: address.path, mode: 0 } }
  const { host, port } = address
  return {
    socket_address: {
      protocol: 'TCP',
      address: host,
      port_value: port,
      resolver_name: '',
      ipv4_compat: false,
      network_namespace_filepath: '',
    },
  }
}
