import type { Traffic } from '../traffic/start-traffic.ts'
import { daysUntilFirstExpires } from './certificates.ts'
import { counters, gauges, plainScope, type Stat, sharedGauges } from './stat.ts'

const states = { live: 0, draining: 1, initializing: 3 } as const
const overloads = { none: 0, tight: 1, full: 2 } as const

/** `server`: the process itself, and what its limits are held against. */
export function serverStats(traffic: Traffic, state: keyof typeof states): Stat[] {
  const { load, config } = traffic
  const { rss, heapUsed, heapTotal } = process.memoryUsage()
  const scope = plainScope('server')
  const days = daysUntilFirstExpires(config, Date.now())
  return [
    ...sharedGauges(scope, {
      live: state === 'live' ? 1 : 0,
      state: states[state],
      uptime: Math.round(process.uptime()),
      overload: overloads[load.overload],
      // Envoy's word for "no certificate".
      days_until_first_cert_expiring: days ?? 4_294_967_295,
    }),
    ...gauges(scope, {
      concurrency: 1,
      memory_allocated: heapUsed,
      memory_heap_size: heapTotal,
      memory_physical_size: rss,
      total_connections: load.connections,
      requests_in_flight: load.inFlight,
      'heddle.kept_body_bytes': traffic.keptBodies.bytes,
    }),
    ...counters(plainScope('heddle.certificate_files'), {
      key_rotation_failed: traffic.secrets.follower?.fileStats.rotationFailed ?? 0,
    }),
  ]
}
