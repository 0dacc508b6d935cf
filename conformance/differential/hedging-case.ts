import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

/**
 * Tries beside each other (`hedge_on_per_try_timeout`). What an answer takes is well between the times at which tries begin,
 * so that a slow machine changes nothing in what comes first.
 */
export function makeHedgingCase(draw: Draw): Json {
  const answer = (): Json => ({
    status: draw.pick([200, 200, 404, 500, 503]),
    body: `answer ${draw.below(100)}`,
    afterMs: draw.pick([0, 0, 750, 1250, 4000]),
  })
  return {
    listener: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          ...draw.maybe(0.2, 'hedge_policy', () => makeHedge(draw)),
          ...draw.maybe(0.3, 'include_attempt_count_in_response', () => true),
          ...draw.maybe(0.3, 'include_request_attempt_count', () => true),
          routes: [
            {
              match: { prefix: '/' },
              route: {
                cluster: '<a>',
                ...draw.maybe(0.85, 'hedge_policy', () => makeHedge(draw)),
                retry_policy: {
                  retry_on: draw.pick(['5xx', '5xx', 'gateway-error', 'connect-failure', 'retriable-4xx,reset']),
                  per_try_timeout: '0.5s',
                  ...draw.maybe(0.7, 'num_retries', () => draw.pick([0, 1, 2, 3])),
                  retry_back_off: { base_interval: '0.002s', max_interval: '0.005s' },
                },
              },
            },
          ],
        },
      ],
    },
    upstreams: { a: { answers: [answer(), answer(), answer(), answer()] } },
    steps: [
      {
        request: `${draw.pick(['GET', 'POST'])} /`,
        ...draw.maybe(0.3, 'body', () => 'data'),
        ...draw.maybe(0.2, 'headers', () => ({ 'x-envoy-hedge-on-per-try-timeout': draw.pick(['true', 'false']) })),
      },
      { waitMs: 300 },
    ],
  }
}

function makeHedge(draw: Draw): Json {
  return draw.maybe(0.9, 'hedge_on_per_try_timeout', () => draw.chance(0.85))
}
