import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { counters, httpScope, type Stat } from './stat.ts'

/** `http.<stat_prefix>.csrf` and `set_metadata`: what these filters have seen and refused. */
export function filterStats({ csrf, metadataDenied }: TrafficCounts): Stat[] {
  return [
    ...[...csrf].flatMap(([prefix, { missing, invalid, valid }]) =>
      counters(httpScope(prefix), {
        'csrf.missing_source_origin': missing,
        'csrf.request_invalid': invalid,
        'csrf.request_valid': valid,
      }),
    ),
    ...[...metadataDenied].flatMap(([prefix, denied]) =>
      counters(httpScope(prefix), { 'set_metadata.overwrite_denied': denied }),
    ),
  ]
}
