import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeEdge, makePaths } from './make-edge.ts'
import { makeRetryPolicy } from './make-retry.ts'

type Pair = readonly [string, string]

/** What a request asks for by Envoy's own headers, from those who may ask and from others. */
export function makeAskedCase(draw: Draw, requests: number): Json {
  const answer = (): Json => ({
    status: draw.pick([200, 200, 404, 409, 418, 500, 503]),
    body: 'answer',
    headers: draw.some(1, () =>
      draw.pick<Pair>([
        ['x-up', 'one'],
        ['grpc-status', '14'],
        ['x-envoy-ratelimited', 'true'],
      ]),
    ),
  })
  return {
    listener: {
      hcm: draw.chance(0.5) ? makeEdge(draw) : makePaths(draw),
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          ...draw.maybe(0.3, 'include_request_attempt_count', () => true),
          ...draw.maybe(0.3, 'include_attempt_count_in_response', () => true),
          ...draw.maybe(0.2, 'retry_policy', () => makeRetryPolicy(draw)),
          routes: [
            {
              match: { prefix: '/' },
              route: {
                cluster: '<a>',
                ...draw.maybe(0.4, 'retry_policy', () => makeRetryPolicy(draw)),
                ...draw.maybe(0.3, 'timeout', () => draw.pick(['0s', '5s', '4s'])),
                ...draw.maybe(0.1, 'max_stream_duration', () => ({
                  ...draw.maybe(0.7, 'max_stream_duration', () => draw.pick(['0s', '5s'])),
                  ...draw.maybe(0.7, 'grpc_timeout_header_max', () => draw.pick(['0s', '5s'])),
                })),
              },
            },
          ],
        },
      ],
    },
    upstreams: { a: draw.chance(0.1) ? 'refuses' : { answers: [answer(), answer(), answer(), answer()] } },
    steps: Array.from({ length: requests }, (_, index) => ({
      on: `c${index}`,
      request: 'GET /a',
      headers: makeAskedHeaders(draw),
    })),
  }
}

const asked: readonly Pair[] = [
  ['x-envoy-retry-on', '5xx'],
  ['x-envoy-retry-on', 'retriable-4xx,gateway-error'],
  ['x-envoy-retry-on', 'retriable-status-codes'],
  ['x-envoy-retry-on', 'retriable-headers'],
  ['x-envoy-retry-on', 'nonsense,reset'],
  ['x-envoy-retry-on', 'connect-failure'],
  ['x-envoy-retry-grpc-on', 'unavailable'],
  ['x-envoy-retry-grpc-on', 'cancelled,internal'],
  ['x-envoy-max-retries', '0'],
  ['x-envoy-max-retries', '2'],
  ['x-envoy-max-retries', 'many'],
  ['x-envoy-retriable-status-codes', '418'],
  ['x-envoy-retriable-status-codes', '404, 409,x'],
  ['x-envoy-retriable-header-names', 'x-up'],
  ['x-envoy-retriable-header-names', 'X-Up, x-none'],
  ['x-envoy-upstream-rq-timeout-ms', '4000'],
  ['x-envoy-upstream-rq-timeout-ms', '0'],
  ['x-envoy-upstream-rq-timeout-ms', 'soon'],
  ['x-envoy-upstream-rq-per-try-timeout-ms', '3000'],
  ['x-envoy-upstream-rq-per-try-timeout-ms', '99999'],
  ['x-envoy-upstream-rq-timeout-alt-response', '1'],
  ['x-envoy-upstream-alt-stat-name', 'other'],
  ['x-envoy-upstream-stream-duration-ms', '5000'],
  ['x-envoy-expected-rq-timeout-ms', '3000'],
  ['x-envoy-hedge-on-per-try-timeout', 'false'],
  ['x-envoy-is-timeout-retry', 'true'],
  ['x-envoy-decorator-operation', 'op'],
  ['x-envoy-force-trace', 'true'],
  ['x-envoy-internal', 'true'],
  ['x-envoy-downstream-service-node', 'node'],
  ['x-envoy-downstream-service-cluster', 'me'],
  ['x-envoy-original-path', '/fake'],
  ['x-envoy-original-host', 'fake.test'],
  ['x-envoy-original-dst-host', '127.0.0.1:1'],
  ['x-envoy-upstream-service-time', '7'],
  ['x-envoy-degraded', 'true'],
  ['grpc-timeout', '5S'],
  ['grpc-timeout', '5000m'],
]

function makeAskedHeaders(draw: Draw): Pair[] {
  const from: Pair[] = draw.chance(0.4)
    ? [['x-forwarded-for', draw.pick(['203.0.113.7', '127.0.0.1', '10.0.0.1', '10.0.0.1, 203.0.113.7'])]]
    : []
  const seen = new Set<string>()
  const picked = Array.from({ length: 1 + draw.below(4) }, () => draw.pick(asked))
  return [...from, ...picked.filter(([name]) => !seen.has(name) && seen.add(name))]
}
