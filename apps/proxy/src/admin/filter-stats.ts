import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { counters, httpScope, type Stat } from './stat.ts'

/** `http.<stat_prefix>.csrf`, `basic_auth` and `set_metadata`: what these filters have seen and refused. */
export function filterStats({ csrf, basicAuth, metadataDenied }: TrafficCounts): Stat[] {
  return [
    ...[...csrf].flatMap(([prefix, { missing, invalid, valid }]) =>
      counters(httpScope(prefix), {
        'csrf.missing_source_origin': missing,
        'csrf.request_invalid': invalid,
        'csrf.request_valid': valid,
      }),
    ),
    ...[...basicAuth].flatMap(([prefix, { allowed, denied }]) =>
      counters(httpScope(prefix), { 'basic_auth.allowed': allowed, 'basic_auth.denied': denied }),
    ),
    ...[...metadataDenied].flatMap(([prefix, denied]) =>
      counters(httpScope(prefix), { 'set_metadata.overwrite_denied': denied }),
    ),
  ]
}

/** `access_logs`: what became of entries for log services. */
export function logServiceStats({ logServices }: TrafficCounts): Stat[] {
  return [...logServices].flatMap(([prefix, { written, dropped, flushed, failed }]) =>
    counters(
      { prefix: `access_logs.${prefix}`, metric: `access_logs_${prefix.replace(/[^A-Za-z0-9_]/g, '_')}`, labels: {} },
      {
        grpc_entries_flush_failed: failed,
        grpc_entries_flushed: flushed,
        logs_dropped: dropped,
        logs_written: written,
      },
    ),
  )
}
