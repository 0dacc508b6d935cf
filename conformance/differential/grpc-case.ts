import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { http2Upstream } from './http2-upstream.ts'

const fault = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault'

/** Calls of gRPC: answers with trailers, with trailers alone and with none, retries by their status, deadlines, and what the proxy answers itself. */
export function makeGrpcCase(draw: Draw, requests: number): Json {
  const plain = draw.chance(0.1)
  return {
    listener: {
      hcm: {},
      ...draw.maybe(0.3, 'filters', () => [
        {
          name: 'fault',
          typed_config: {
            '@type': fault,
            abort: {
              percentage: { numerator: 100 },
              ...draw.pick<Json>([
                { grpc_status: draw.pick([1, 5, 14]) },
                { http_status: draw.pick([401, 404, 429, 503]) },
              ]),
            },
            headers: [{ name: 'x-fail', present_match: true }],
          },
        },
      ]),
      routes: [
        ...draw.some(1, () => ({
          match: { prefix: '/direct' },
          direct_response: {
            status: draw.pick([200, 400, 401, 403, 404, 429, 500, 503]),
            body: { inline_string: 'text' },
          },
        })),
        ...draw.some(1, () => ({ match: { prefix: '/moved' }, redirect: { path_redirect: '/new' } })),
        ...draw.some(1, () => ({ match: { prefix: '/dead' }, route: { cluster: '<b>' } })),
        {
          match: { prefix: '/', ...draw.maybe(0.3, 'grpc', () => ({})) },
          route: {
            cluster: '<a>',
            ...draw.maybe(0.6, 'retry_policy', () => makeRetry(draw)),
            ...draw.maybe(0.2, 'timeout', () => draw.pick(['0s', '5s'])),
            ...draw.maybe(0.2, 'max_stream_duration', () => ({
              ...draw.maybe(0.4, 'max_stream_duration', () => draw.pick(['0s', '6s'])),
              ...draw.maybe(0.7, 'grpc_timeout_header_max', () => draw.pick(['0s', '5s'])),
              ...draw.maybe(0.3, 'grpc_timeout_header_offset', () => '0.1s'),
            })),
          },
        },
      ],
    },
    clusters: { a: plain ? {} : http2Upstream({}) },
    upstreams: {
      a: plain
        ? { answers: [{ status: 200, body: 'no gRPC' }] }
        : { h2: [makeAnswer(draw), makeAnswer(draw), makeAnswer(draw)] },
      b: 'refuses',
    },
    steps: Array.from({ length: requests * 2 }, (_, index) => makeCall(draw, index)),
  }
}

function makeRetry(draw: Draw): Json {
  const words = [
    'cancelled',
    'deadline-exceeded',
    'internal',
    'resource-exhausted',
    'unavailable',
    '5xx',
    'reset',
    'refused-stream',
  ]
  return {
    retry_on: [draw.pick(words), ...draw.some(2, () => draw.pick(words))].join(','),
    ...draw.maybe(0.6, 'num_retries', () => draw.pick([0, 1, 2])),
    retry_back_off: { base_interval: '0.002s', max_interval: '0.005s' },
  }
}

const statuses = ['0', '1', '4', '8', '13', '14', '16', '17', 'x', '']

function makeAnswer(draw: Draw): Json {
  const told = (): Record<string, string> => ({
    'grpc-status': draw.pick(statuses),
    ...(draw.maybe(0.4, 'grpc-message', () => draw.pick(['all%20bad', '', 'ü'])) as Record<string, string>), // a text
  })
  const type = [
    'content-type',
    draw.pick(['application/grpc', 'application/grpc', 'application/grpc+proto', 'text/html']),
  ] as const
  return draw.pick<() => Json>([
    () => ({ status: 200, headers: [type], chunks: ['\0\0\0\0\u0002hi'], trailers: told() }),
    () => ({ status: 200, headers: [type], chunks: ['\0\0\0\0\u0002hi'], trailers: told() }),
    () => ({ status: 200, headers: [type, ...Object.entries(told())] }),
    () => ({ status: 200, headers: [type, ['x-envoy-ratelimited', 'true'], ...Object.entries(told())] }),
    () => ({ status: draw.pick([400, 401, 403, 404, 429, 500, 502, 503, 504]), headers: [type], body: 'text' }),
    () => ({ status: 200, headers: [type], body: 'no trailers' }),
    () => ({ status: 0 }),
  ])()
}

function makeCall(draw: Draw, index: number): Json {
  const type = draw.pick([
    'application/grpc',
    'application/grpc',
    'application/grpc+proto',
    'application/grpc-web',
    'application/grpcx',
  ])
  const more = Object.fromEntries(
    draw.some(3, () =>
      draw.pick<readonly [string, string]>([
        ['grpc-timeout', draw.pick(['5S', '4000m', '1H', '123456789S', '5x', ''])],
        ['x-fail', '1'],
        ['x-envoy-retry-grpc-on', draw.pick(['unavailable', 'cancelled,internal', 'x'])],
        ['x-envoy-max-retries', '2'],
        ['te', 'trailers'],
        ['grpc-encoding', 'identity'],
        ['x-envoy-upstream-rq-timeout-ms', '4000'],
      ]),
    ),
  )
  const path = draw.pick(['/shop.Orders/Place', '/shop.Orders/Place', '/direct', '/moved', '/dead', '/'])
  const fields = { 'content-type': type, ...more }
  const body = '\0\0\0\0\u0002hi'
  if (draw.chance(0.15)) {
    const { te: _te, ...plain } = fields as Record<string, string>
    return { on: `c${index}`, request: `POST ${path}`, headers: plain, body }
  }
  return { on: `c${index}`, h2: [{ headers: { ':method': 'POST', ':path': path, ...fields }, body }] }
}
