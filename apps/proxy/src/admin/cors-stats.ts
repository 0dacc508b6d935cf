import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { counters, httpScope, type Stat } from './stat.ts'

/** `http.<stat_prefix>.cors`: from where browsers asked. */
export function corsStats({ cors }: TrafficCounts): Stat[] {
  return [...cors].flatMap(([prefix, { valid, invalid }]) =>
    counters(httpScope(prefix), { 'cors.origin_valid': valid, 'cors.origin_invalid': invalid }),
  )
}
