import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { http2Upstream } from './http2-upstream.ts'

/**
 * Upstreams that are slow before their answer, or in it, against every time that a route and a listener may set. No two times
 * are the same, and no sum of them is near another one.
 */
export function makeTimeoutsCase(draw: Draw, requests: number): Json {
  const retries = draw.chance(0.3)
  const isHttp2 = draw.chance(0.25)
  return {
    listener: {
      hcm: {
        ...draw.maybe(0.2, 'stream_idle_timeout', () => draw.pick(['1.3s', '0s'])),
        ...draw.maybe(0.1, 'common_http_protocol_options', () => ({ max_stream_duration: '1.9s' })),
      },
      routes: [
        {
          match: { prefix: '/' },
          route: {
            cluster: '<a>',
            ...(retries
              ? { retry_policy: makeRetry(draw) }
              : draw.maybe(0.5, 'timeout', () => draw.pick(['0.5s', '0s']))),
            ...draw.maybe(0.3, 'idle_timeout', () => draw.pick(['0.9s', '0s'])),
            ...draw.maybe(0.15, 'max_stream_duration', () => ({ max_stream_duration: draw.pick(['1.6s', '0s']) })),
          },
        },
      ],
    },
    clusters: {
      a: {
        ...(isHttp2 ? http2Upstream({}) : {}),
        ...draw.maybe(0.1, 'outlier_detection', () => ({ consecutive_5xx: 1, base_ejection_time: '600s' })),
      },
    },
    upstreams: {
      a: isHttp2
        ? { h2: [{ status: draw.pick([200, 503]), body: 'slow', afterMs: draw.pick([0, 3000]) }] }
        : { connections: [makeScript(draw), makeScript(draw), makeScript(draw)] },
    },
    steps: Array.from({ length: Math.min(requests, 2) }, (_, index) => makeSlowRequest(draw, index)).flat(),
  }
}

function makeRetry(draw: Draw): Json {
  return {
    retry_on: draw.pick(['5xx', 'gateway-error', 'reset', 'connect-failure']),
    num_retries: draw.pick([0, 1, 2]),
    ...draw.maybe(0.6, 'per_try_timeout', () => '0.5s'),
    // The shorter of the two: in Envoy the other one ends it (`conformance/scenarios/resilience.yaml`).
    ...draw.maybe(0.3, 'per_try_idle_timeout', () => '0.3s'),
    retry_back_off: { base_interval: '0.002s', max_interval: '0.005s' },
  }
}

function makeScript(draw: Draw): unknown[] {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n'
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nans\r\n'
  return draw.pick<unknown[]>([
    ['request'],
    ['request', { write: `${head}answer` }, 'loop'],
    ['request', { waitMs: 3000 }, { write: `${head}answer` }],
    ['request', { write: head }],
    ['request', { write: `${head}ans` }, { waitMs: 3000 }, { write: 'wer' }],
    ['request', { write: chunked }],
    ['request', { write: chunked }, { waitMs: 250 }, { write: '3\r\nwer\r\n0\r\n\r\n' }, 'loop'],
    ['request', { write: 'HTTP/1.1 503 No\r\ncontent-length: 2\r\n\r\nno' }, 'loop'],
    ['request', 'close'],
    ['head', 'close'],
  ])
}

function makeSlowRequest(draw: Draw, index: number): Json[] {
  const on = `c${index}`
  const body = draw.chance(0.3) ? { body: 'data' } : {}
  if (draw.chance(0.25))
    return [{ on, h2: [{ headers: { ':method': 'body' in body ? 'POST' : 'GET', ':path': `/${index}` }, ...body }] }]
  return [{ on, request: `${'body' in body ? 'POST' : 'GET'} /${index}`, ...body }]
}
