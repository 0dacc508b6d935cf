import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { drawPoolStyle, endpointNames, makePool } from './make-pool.ts'

/**
 * Endpoints that fail are taken out, while all requests have the same hash: what comes next tells who was. Nothing comes back
 * while it runs. Where shares of failures are looked over, each request is alone in the time that is.
 */
export function makeEjectionCase(draw: Draw, requests: number): Json {
  const style = { ...drawPoolStyle(draw), size: draw.pick([1, 2, 3, 4]), hasSubsets: false, isSteady: true }
  const pool = makePool(draw, style)
  // Otherwise Envoy tells its workers of a second ejection a second later.
  const common_lb_config = { ...((pool.common_lb_config ?? {}) as Json), update_merge_window: '0s' } // an object
  const isSwept = draw.chance(0.3)
  const step = (index: number): Json => ({ on: `c${index}`, request: `GET /${index}` })
  return {
    listener: {
      routes: [
        {
          match: { prefix: '/' },
          route: {
            cluster: '<pool>',
            hash_policy: [{ connection_properties: { source_ip: true } }],
          },
        },
      ],
    },
    clusters: {
      pool: {
        ...pool,
        common_lb_config,
        outlier_detection: detectionFor(style.size, { ...makeDetection(draw), ...(isSwept ? makeSweep(draw) : {}) }),
      },
    },
    upstreams: Object.fromEntries(endpointNames(style).map((name) => [name, makeUpstream(draw)])),
    // Envoy takes an endpoint out on another thread.
    steps: Array.from({ length: isSwept ? requests : requests * 2 }, (_, index) => [
      step(index),
      { waitMs: isSwept ? 900 : 120 },
    ]).flat(),
  }
}

/** Ours keeps the only endpoint that there is, where nothing but this asks for an ejection. */
function detectionFor(size: number, { always_eject_one_host, ...detection }: Json): Json {
  return size === 1 || always_eject_one_host === undefined ? detection : { ...detection, always_eject_one_host }
}

function makeDetection(draw: Draw): Json {
  const enforcing = () => draw.pick([100, 100, 0])
  return {
    interval: '600s',
    base_ejection_time: '600s',
    max_ejection_time: '600s',
    ...draw.maybe(0.9, 'consecutive_5xx', () => draw.pick([1, 2, 3])),
    ...draw.maybe(0.4, 'enforcing_consecutive_5xx', enforcing),
    ...draw.maybe(0.5, 'consecutive_gateway_failure', () => draw.pick([1, 2])),
    ...draw.maybe(0.5, 'enforcing_consecutive_gateway_failure', enforcing),
    ...draw.maybe(0.3, 'split_external_local_origin_errors', () => true),
    ...draw.maybe(0.5, 'consecutive_local_origin_failure', () => draw.pick([1, 2])),
    ...draw.maybe(0.3, 'enforcing_consecutive_local_origin_failure', enforcing),
    ...draw.maybe(0.8, 'max_ejection_percent', () => draw.pick([0, 10, 34, 50, 67, 100])),
    ...draw.maybe(0.3, 'always_eject_one_host', () => draw.chance(0.7)),
  }
}

/** Of one request the share is all or nothing. */
function makeSweep(draw: Draw): Json {
  const enforcing = () => draw.pick([100, 100, 0])
  return {
    interval: '0.3s',
    ...draw.maybe(0.7, 'failure_percentage_threshold', () => draw.pick([1, 50, 100])),
    enforcing_failure_percentage: enforcing(),
    ...draw.maybe(0.5, 'enforcing_failure_percentage_local_origin', enforcing),
    failure_percentage_minimum_hosts: draw.pick([1, 1, 1, 5]),
    failure_percentage_request_volume: draw.pick([1, 1, 1, 2]),
    ...draw.maybe(0.3, 'success_rate_minimum_hosts', () => 1),
    ...draw.maybe(0.3, 'success_rate_request_volume', () => draw.pick([1, 2])),
    ...draw.maybe(0.3, 'success_rate_stdev_factor', () => draw.pick([0, 1900])),
    ...draw.maybe(0.3, 'enforcing_success_rate', enforcing),
  }
}

function makeUpstream(draw: Draw): unknown {
  const bad = () => ({ status: draw.pick([500, 503, 502, 504, 501, 429]) })
  return draw.pick<() => unknown>([
    () => 'ok',
    () => 'refuses',
    () => ({ connections: [['request', 'close']] }),
    () => ({ answers: [bad()] }),
    () => ({ answers: [bad(), bad(), { status: 200 }, bad()] }),
  ])()
}
