import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { http2Upstream, protocolOptions } from './http2-upstream.ts'
import { inspectedTls } from './inspected-tls.ts'
import { makeEdge, makePaths } from './make-edge.ts'
import { makeEdits } from './make-edits.ts'
import { makeRequest } from './make-request.ts'
import { makeRewrites } from './make-route.ts'
import { makeAnswer } from './routes-case.ts'

/** Either HTTP on either side, with TLS or without, with trailers on the way there and back. */
export function makeHttp2Case(draw: Draw, requests: number): Json {
  const upstream = draw.pick(['http1', 'http2', 'http2', 'auto', 'as the client'] as const)
  const isTlsBehind = upstream === 'auto' || draw.chance(0.3)
  const isTlsBefore = draw.chance(0.4)
  // With the client's protocol there is one upstream for both.
  const codec = upstream === 'as the client' ? 'HTTP2' : draw.pick(['', '', 'AUTO', 'HTTP1', 'HTTP2'])
  const match = { prefix: '/' }
  const steps = Array.from({ length: requests }, (_, index) =>
    makeRequest(draw, index, draw.chance(0.3) ? ['edge'] : []),
  )
  const wanted = steps.filter((step) =>
    codec === 'HTTP1' ? 'request' in step : codec === 'HTTP2' ? 'h2' in step : true,
  )
  const plain = codec === 'HTTP2' ? { on: 'c0', h2: [{ headers: { ':path': '/' } }] } : { on: 'c0', request: 'GET /' }
  const asked: Json[] = wanted.length > 0 ? wanted : [plain]
  const isHttp2 = upstream === 'http2' || upstream === 'as the client' || (upstream === 'auto' && draw.chance(0.7))
  const answers = [makeTrailed(draw), makeTrailed(draw)]
  const tls = isTlsBehind
    ? { tls: isHttp2 ? { alpn: ['h2'] } : { ...(upstream === 'auto' ? { alpn: ['http/1.1'] } : {}) } }
    : {}
  return {
    listener: {
      hcm: { ...(draw.chance(0.3) ? makeEdge(draw) : makePaths(draw)), ...(codec === '' ? {} : { codec_type: codec }) },
      ...(isTlsBefore ? inspectedTls({ alpn: ['h2', 'http/1.1'], ...draw.maybe(0.3, 'ca', () => 'mesh') }) : {}),
      routes: [
        {
          match,
          route: { cluster: '<a>', ...(draw.chance(0.3) ? makeRewrites(draw, match) : {}) },
          ...makeEdits(draw, draw.pick([0, 0, 0.4])),
        },
      ],
    },
    ...(isTlsBefore
      ? {
          clients: Object.fromEntries(
            asked.map((step) => [String(step.on), { tls: makeClientTls(draw, 'h2' in step) }]),
          ),
        }
      : {}),
    clusters: { a: { ...optionsOf(upstream), ...(isTlsBehind ? { tls: makeClusterTls(draw) } : {}) } },
    upstreams: { a: { ...(isHttp2 ? { h2: answers } : { answers }), ...tls } },
    steps: asked,
  }
}

function optionsOf(upstream: 'http1' | 'http2' | 'auto' | 'as the client'): Json {
  switch (upstream) {
    case 'http1':
      return {}
    case 'http2':
      return http2Upstream({})
    case 'auto':
      return protocolOptions({ auto_config: { http_protocol_options: {}, http2_protocol_options: {} } })
    case 'as the client':
      return protocolOptions({
        use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} },
      })
  }
}

function makeClientTls(draw: Draw, isHttp2: boolean): Json {
  return {
    alpn: [isHttp2 ? 'h2' : 'http/1.1'],
    sni: draw.pick(['test', 'test', 'other.test', '']),
    ...draw.maybe(0.6, 'certificate', () => draw.pick(['client', 'client', 'dnsonly', isHttp2 ? 'client' : 'otherca'])),
  }
}

/** Whom it speaks to is said: by itself, ours looks whether the certificate is for the name that it asks for. */
function makeClusterTls(draw: Draw): Json {
  return {
    ...draw.maybe(0.3, 'certificate', () => 'client'),
    ...draw.maybe(0.3, 'context', () => ({ sni: draw.pick(['test', 'up.test']) })),
    ...draw.maybe(0.2, 'ca', () => draw.pick(['mesh', 'other'])),
    names: [{ san_type: 'DNS', matcher: { exact: draw.pick(['test', 'test', 'test', 'other.test']) } }],
  }
}

function makeTrailed(draw: Draw): Json {
  const answer = makeAnswer(draw)
  const hasBody = ![204, 304].includes(Number(answer.status))
  // Node sends no field twice that is not a list.
  const headers = [...new Map(answer.headers as (readonly [string, string])[]).entries()].filter(
    ([name]) => name !== 'connection',
  )
  const trailers =
    hasBody && draw.chance(0.4)
      ? {
          chunks: ['an', 'swer'],
          trailers: { 'x-end': 'yes', ...draw.maybe(0.5, 'grpc-status', () => draw.pick(['0', '5'])) },
        }
      : {}
  return { ...answer, headers, ...trailers }
}
