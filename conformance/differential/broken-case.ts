import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { http2Upstream, protocolOptions } from './http2-upstream.ts'
import { makeHeaderMatch } from './make-match.ts'

/**
 * Upstreams that break off, anywhere in an exchange, or answer in ways that nobody should, against what makes of it another
 * try: one connection or one stream after the other.
 */
export function makeBrokenCase(draw: Draw, requests: number): Json {
  const isHttp2 = draw.chance(0.4)
  const count = 1 + draw.below(4)
  return {
    listener: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          ...draw.maybe(0.3, 'include_attempt_count_in_response', () => true),
          ...draw.maybe(0.3, 'include_request_attempt_count', () => true),
          ...draw.maybe(0.2, 'retry_policy', () => makeRetry(draw)),
          routes: [
            {
              match: { prefix: '/' },
              route: { cluster: '<a>', timeout: '8s', ...draw.maybe(0.7, 'retry_policy', () => makeRetry(draw)) },
            },
          ],
        },
      ],
    },
    clusters: {
      // A request whose connection had been used before goes out again by itself where that does no harm (RFC 9112 §9.3.1).
      a: isHttp2
        ? http2Upstream({})
        : protocolOptions({ explicit_http_config: { http_protocol_options: {} }, ...once }),
    },
    upstreams: {
      a: isHttp2
        ? { h2: [...Array.from({ length: count }, () => makeStream(draw)), { body: 'last' }] }
        : { connections: [...Array.from({ length: count }, () => makeScript(draw)), answered('last')] },
    },
    steps: Array.from({ length: requests }, (_, index) => makeRequest(draw, index)),
  }
}

const once = { common_http_protocol_options: { max_requests_per_connection: 1 } }

function makeRetry(draw: Draw): Json {
  const conditions = [
    '5xx',
    'gateway-error',
    'reset',
    'connect-failure',
    'refused-stream',
    'retriable-headers',
    'retriable-status-codes',
    'unavailable',
  ]
  return {
    retry_on: [draw.pick(conditions), ...draw.some(2, () => draw.pick(conditions))].join(','),
    ...draw.maybe(0.6, 'num_retries', () => draw.pick([0, 1, 2, 3])),
    ...draw.maybe(0.3, 'retriable_status_codes', () => [draw.pick([404, 502, 503])]),
    ...draw.maybe(0.2, 'retriable_headers', () => [{ name: 'x-up', present_match: true }]),
    ...draw.maybe(0.15, 'retriable_request_headers', () => [makeHeaderMatch(draw)]),
    retry_back_off: { base_interval: '0.002s', max_interval: '0.005s' },
  }
}

const answered = (body: string) => [
  'request',
  { write: `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}` },
  'loop',
]

const untilTheEnd = ['HTTP/1.1 200 OK\r\n\r\nuntil the end', 'HTTP/1.0 200 OK\r\n\r\nuntil the end']

const lines: readonly string[] = [
  'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nans',
  'HTTP/1.1 200 OK\r\ncontent-length: 6\r\nx-up: one\r\n\r\n',
  'HTTP/1.1 503 No\r\ncontent-length: 6\r\n\r\nans',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nans\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nans\r\n0\r\n',
  'HTTP/1.0 200 OK\r\ncontent-length: 6\r\n\r\nanswer',
  'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\nanswer',
  'HTTP/1.1 503 No\r\nconnection: close\r\nx-up: one\r\ncontent-length: 2\r\n\r\nno',
  'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nanswer',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nanswer',
  'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 201 Made\r\ncontent-length: 2\r\n\r\nno',
  'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 202 Taken\r\ncontent-length: 2\r\n\r\nno',
  'HTTP/1.1 204 None\r\n\r\n',
  'HTTP/1.1 304 Same\r\ncontent-length: 9\r\n\r\n',
  'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok',
  'HTTP/1.1 200 OK\r\ncontent-length: +6\r\n\r\nanswer',
  'HTTP/1.1 200 OK\r\ncontent-length: 6, 6\r\n\r\nanswer',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nno field\r\n\r\n',
  'garbage garbage garbage\r\n\r\n',
]

function makeScript(draw: Draw): unknown[] {
  const end = () => draw.pick(['close', 'close', 'reset'])
  return draw.pick<() => unknown[]>([
    () => ['head', end()],
    () => ['request', end()],
    () => answered('whole'),
    () => ['request', { write: draw.pick(untilTheEnd) }, { waitMs: 30 }, 'close'],
    () => ['request', { write: draw.pick(lines) }, { waitMs: 30 }, end()],
    () => ['request', { write: draw.pick(lines) }, { waitMs: 30 }, end()],
    () => ['request', { write: draw.pick(lines) }, { waitMs: 30 }, end()],
    () => ['request', { write: draw.pick(lines) }, { waitMs: 30 }, end()],
  ])()
}

/** The codes of RFC 9113 §7. */
function makeStream(draw: Draw): Json {
  const reset = draw.pick([0, 1, 2, 7, 7, 8, 11, 13])
  return draw.pick<() => Json>([
    () => ({ status: 0, reset }),
    () => ({ status: 0, reset }),
    () => ({ status: draw.pick([200, 503]), body: draw.pick(['', 'part']), reset }),
    () => ({ status: draw.pick([200, 404, 503]), headers: { 'x-up': 'one' }, body: 'whole' }),
    () => ({ status: draw.pick([200, 503]), body: 'whole', goaway: draw.pick([0, 2, 11]) }),
    () => ({ status: 0, reset, goaway: 0 }),
    () => ({ status: 200, body: 'whole', trailers: { 'x-end': 'yes' } }),
    () => ({ headers: { 'content-length': '9' }, body: 'less', trailers: { 'x-end': 'yes' } }),
  ])()
}

function makeRequest(draw: Draw, index: number): Json {
  const on = `c${index}`
  const method = draw.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT'])
  const body = method === 'POST' || method === 'PUT' ? { body: draw.pick(['data', 'x'.repeat(300)]) } : {}
  const asked = draw.chance(0.2) ? { 'x-envoy-retry-on': draw.pick(['5xx', 'reset', 'refused-stream']) } : {}
  const headers = { ...asked, ...draw.maybe(0.3, 'x-a', () => 'one') }
  if (draw.chance(0.3)) {
    const pseudo = { ':method': method, ':path': `/${index}`, ':authority': 'test' }
    return { on, h2: [{ headers: { ...pseudo, ...headers }, ...body }] }
  }
  return { on, request: `${method} /${index}`, headers, ...body }
}
