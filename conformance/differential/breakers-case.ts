import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { http2Upstream } from './http2-upstream.ts'

/**
 * Requests of both priorities that come one after the other or all at once, where only so many may be under way. At once they come on one
 * connection of HTTP/2, so that their order is known; the upstream is slow, so that none ends before the last has come.
 */
export function makeBreakersCase(draw: Draw, requests: number): Json {
  const isHttp2 = draw.chance(0.3)
  const fails = draw.chance(0.25)
  const hasHigh = draw.chance(0.5)
  const route = {
    cluster: '<a>',
    // What is left of it would be told to the upstream.
    timeout: '0s',
    ...(fails
      ? { retry_policy: { retry_on: '5xx', num_retries: 1, retry_back_off: { base_interval: '0.002s' } } }
      : {}),
  }
  const place = () => (hasHigh && draw.chance(0.5) ? '/high' : '')
  const answers = [{ status: fails ? 503 : 200, body: 'a', afterMs: 150 }]
  return {
    listener: {
      routes: [
        ...(hasHigh ? [{ match: { prefix: '/high' }, route: { ...route, priority: 'HIGH' } }] : []),
        { match: { prefix: '/' }, route },
      ],
    },
    clusters: {
      a: {
        ...(isHttp2 ? http2Upstream({}) : {}),
        circuit_breakers: {
          thresholds: [
            { ...draw.maybe(0.3, 'priority', () => 'DEFAULT'), ...makeThreshold(draw) },
            ...(hasHigh ? [{ priority: 'HIGH', ...makeThreshold(draw) }] : []),
          ],
        },
      },
    },
    upstreams: { a: isHttp2 ? { h2: answers } : { answers } },
    steps: Array.from({ length: requests }, (_, index) =>
      // Which retry comes first of many nobody knows.
      fails || draw.chance(0.5)
        ? { on: `c${index}`, request: `GET ${place()}/${index}` }
        : {
            on: `c${index}`,
            h2: Array.from({ length: draw.pick([2, 3, 4]) }, (_, each) => ({
              headers: { ':path': `${place()}/${index}-${each}` },
            })),
          },
    ),
  }
}

function makeThreshold(draw: Draw): Json {
  return {
    ...draw.maybe(0.5, 'max_requests', () => draw.pick([1, 2])),
    ...draw.maybe(0.4, 'max_pending_requests', () => draw.pick([0, 1, 2])),
    ...draw.maybe(0.3, 'max_connections', () => draw.pick([1, 2])),
    ...draw.maybe(0.4, 'max_retries', () => draw.pick([0, 1])),
    ...draw.maybe(0.2, 'retry_budget', () => ({
      budget_percent: { value: draw.pick([0, 100]) },
      min_retry_concurrency: draw.pick([0, 1]),
    })),
    ...draw.maybe(0.2, 'track_remaining', () => true),
  }
}
