import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { http2Upstream } from './http2-upstream.ts'
import { drawPoolStyle, endpointNames, makePool } from './make-pool.ts'

/**
 * Active health checks: what endpoints are asked, which of their answers are healthy, and where requests go then. Each endpoint
 * is asked once, because how often it is asked in some time nobody knows.
 */
export function makeChecksCase(draw: Draw, requests: number): Json {
  const style = {
    ...drawPoolStyle(draw),
    size: draw.pick([1, 2, 3, 4]),
    hasSubsets: false,
    keyedBy: 'metadata',
  } as const
  const names = endpointNames(style)
  const isHttp2 = draw.chance(0.2)
  const upstreams = Object.fromEntries(names.map((name) => [name, makeUpstream(draw, name, isHttp2)]))
  return {
    listener: {
      routes: [
        {
          match: { prefix: '/' },
          route: {
            cluster: '<pool>',
            hash_policy: [{ header: { header_name: 'x-key' } }, { connection_properties: { source_ip: true } }],
          },
        },
      ],
    },
    clusters: {
      pool: {
        ...makePool(draw, style),
        ...(isHttp2 ? http2Upstream({}) : {}),
        health_checks: [makeCheck(draw, isHttp2)],
      },
    },
    upstreams,
    steps: [
      ...names
        .filter((name) => upstreams[name] !== 'refuses')
        .map((name) => ({ until: { upstream: name, connections: 1 } })),
      // What came of it is told to those that serve.
      { waitMs: 400 },
      ...Array.from({ length: requests * 2 }, (_, index) => ({
        on: `c${index}`,
        request: `GET /${index}`,
        ...draw.maybe(0.8, 'headers', () => [['x-key', `key-${draw.below(20)}`]]),
      })),
    ],
  }
}

function makeCheck(draw: Draw, isHttp2: boolean): Json {
  return {
    // None waits as long, and no second check comes.
    timeout: '5s',
    interval: '600s',
    no_traffic_interval: '600s',
    ...draw.maybe(0.3, 'unhealthy_interval', () => '600s'),
    ...draw.maybe(0.3, 'unhealthy_edge_interval', () => '600s'),
    ...draw.maybe(0.3, 'healthy_edge_interval', () => '600s'),
    ...draw.maybe(0.3, 'no_traffic_healthy_interval', () => '600s'),
    ...draw.maybe(0.3, 'reuse_connection', () => draw.chance(0.5)),
    unhealthy_threshold: draw.pick([1, 2, 3]),
    healthy_threshold: draw.pick([1, 2, 3]),
    ...(isHttp2 || draw.chance(0.75)
      ? { http_health_check: makeHttpCheck(draw, isHttp2) }
      : { tcp_health_check: makeTcpCheck(draw) }),
  }
}

function makeHttpCheck(draw: Draw, isHttp2: boolean): Json {
  const ranges = (): Json[] => [
    draw.pick([
      { start: 200, end: 300 },
      { start: 503, end: 504 },
      { start: 100, end: 600 },
      { start: 200, end: 201 },
    ]),
    ...draw.some(1, () => ({ start: 404, end: 405 })),
  ]
  return {
    path: draw.pick(['/check', '/check?deep=1', '/']),
    ...(isHttp2 ? { codec_client_type: 'HTTP2' } : {}),
    ...draw.maybe(0.4, 'host', () => draw.pick(['check.test', 'Check.Test:80'])),
    ...draw.maybe(0.3, 'method', () => draw.pick(['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'])),
    ...draw.maybe(0.15, 'request_headers_to_remove', () => [draw.pick(['x-check', 'x-none'])]),
    ...draw.maybe(0.4, 'request_headers_to_add', () => [
      { header: { key: draw.pick(['x-check', 'user-agent', 'X-Mixed']), value: draw.pick(['one', 'two words', '']) } },
    ]),
    ...draw.maybe(0.5, 'expected_statuses', ranges),
    ...draw.maybe(0.3, 'retriable_statuses', () => [
      draw.pick([
        { start: 500, end: 600 },
        { start: 429, end: 430 },
      ]),
    ]),
    ...draw.maybe(0.3, 'receive', () =>
      draw.pick([[{ text: '6f6b' }], [{ text: '6f' }, { text: '6b' }], [{ text: '6e6f' }]]),
    ),
    ...draw.maybe(0.15, 'response_buffer_size', () => draw.pick([0, 2, 3])),
  }
}

/** Something is sent only where an answer is waited for: else Envoy may be gone before it is. */
function makeTcpCheck(draw: Draw): Json {
  if (draw.chance(0.4)) return {}
  return {
    send: { text: Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n').toString('hex') },
    receive: draw.pick([[{ text: '323030' }], [{ text: '35303320' }], [{ text: '48545450' }, { text: '0d0a0d0a' }]]),
  }
}

/** The first answer is the check's where it is asked by HTTP; what comes next tells which endpoint it is. */
function makeUpstream(draw: Draw, name: string, isHttp2: boolean): unknown {
  const asked = { status: draw.pick([200, 200, 200, 204, 301, 404, 429, 500, 503]), body: draw.pick(['ok', 'no', '']) }
  const answers = [asked, { status: draw.pick([200, 200, 503]), body: name }]
  if (isHttp2) return { h2: answers }
  return draw.pick<() => unknown>([
    () => 'ok',
    () => 'refuses',
    () => ({ answers }),
    () => ({ answers }),
    () => ({ answers }),
  ])()
}
