import { gzipSync } from 'node:zlib'
import { logFields } from '../runner/build-bootstrap.ts'
import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeHeaderMatch, makeStringMatch } from './make-match.ts'

const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`
const routeFilterConfig = 'type.googleapis.com/envoy.config.route.v3.FilterConfig'

/**
 * Filters that code bodies, keep them, count them and answer by themselves, several in any order, switched off and on again
 * by routes.
 */
export function makeFiltersCase(draw: Draw, requests: number): Json {
  const drawn = [...new Set([draw.pick(filterNames), ...draw.some(3, () => draw.pick(filterNames))])]
  // What has been coded goes on from a buffer without its length (`conformance/scenarios/request-filters.yaml`).
  const names = drawn.includes('buffer') ? drawn.filter((name) => !codings.includes(name)) : drawn
  // Compressed bytes are as many as the library makes of them.
  const { sent: _sent, ...log } = logFields
  return {
    listener: {
      filters: names.map((name) => makeFilter(draw, name)),
      routes: [
        { match: { prefix: '/a' }, route: { cluster: '<a>' }, ...overrides(draw, names) },
        { match: { prefix: '/b' }, direct_response: { status: 200, body: { inline_string: 'b'.repeat(100) } } },
        { match: { prefix: '/' }, route: { cluster: '<a>' }, ...overrides(draw, names) },
      ],
      log,
    },
    upstreams: { a: { answers: [makeAnswer(draw), makeAnswer(draw), makeAnswer(draw)] } },
    steps: Array.from({ length: requests }, (_, index) => makeRequest(draw, index, names)),
  }
}

const makers: Readonly<Record<string, (draw: Draw) => Json>> = {
  gzip: (draw) => makeCompressor(draw, 'gzip.compressor.v3.Gzip'),
  brotli: (draw) => makeCompressor(draw, 'brotli.compressor.v3.Brotli'),
  zstd: (draw) => makeCompressor(draw, 'zstd.compressor.v3.Zstd'),
  gunzip: makeDecompressor,
  buffer: (draw) => ({
    '@type': type('filters.http.buffer.v3.Buffer'),
    max_request_bytes: draw.pick([4, 100, 1000]),
  }),
  csrf: makeCsrf,
  health: (draw) => ({
    '@type': type('filters.http.health_check.v3.HealthCheck'),
    pass_through_mode: false,
    headers: [draw.chance(0.5) ? { name: ':path', string_match: { prefix: '/a' } } : makeHeaderMatch(draw)],
  }),
}
const filterNames = Object.keys(makers)
const codings = ['gzip', 'brotli', 'zstd', 'gunzip']

function makeFilter(draw: Draw, name: string): Json {
  return { name, typed_config: makers[name]?.(draw), ...draw.maybe(0.15, 'disabled', () => true) }
}

function makeCompressor(draw: Draw, library: string): Json {
  const common = () => ({
    ...draw.maybe(0.4, 'min_content_length', () => draw.pick([1, 30, 100, 500])),
    ...draw.maybe(0.3, 'content_type', () =>
      draw.pick([['text/html'], ['text/plain', 'application/json'], ['TEXT/HTML']]),
    ),
    ...draw.maybe(0.15, 'enabled', () => ({ default_value: draw.chance(0.5), runtime_key: 'none' })),
  })
  return {
    '@type': type('filters.http.compressor.v3.Compressor'),
    response_direction_config: {
      ...draw.maybe(0.7, 'common_config', common),
      ...draw.maybe(0.2, 'disable_on_etag_header', () => true),
      ...draw.maybe(0.2, 'weaken_etag_on_compress', () => true),
      ...draw.maybe(0.2, 'remove_accept_encoding_header', () => true),
      ...draw.maybe(0.2, 'uncompressible_response_codes', () => draw.pick([[404], [206, 503]])),
    },
    ...draw.maybe(0.25, 'request_direction_config', () => draw.maybe(0.8, 'common_config', common)),
    ...draw.maybe(0.2, 'choose_first', () => true),
    compressor_library: { name: 'text', typed_config: { '@type': type(`compression.${library}`) } },
  }
}

function makeDecompressor(draw: Draw): Json {
  const common = () => ({
    ...draw.maybe(0.3, 'enabled', () => ({ default_value: draw.chance(0.5), runtime_key: 'none' })),
    ...draw.maybe(0.3, 'ignore_no_transform_header', () => true),
  })
  return {
    '@type': type('filters.http.decompressor.v3.Decompressor'),
    ...draw.maybe(0.5, 'request_direction_config', () => ({
      ...draw.maybe(0.6, 'common_config', common),
      ...draw.maybe(0.4, 'advertise_accept_encoding', () => draw.chance(0.5)),
    })),
    ...draw.maybe(0.5, 'response_direction_config', () => draw.maybe(0.8, 'common_config', common)),
    decompressor_library: {
      name: 'basic',
      typed_config: { '@type': type('compression.gzip.decompressor.v3.Gzip') },
    },
  }
}

function makeCsrf(draw: Draw): Json {
  const share = () => ({ default_value: { numerator: draw.pick([100, 100, 0]) } })
  return {
    '@type': type('filters.http.csrf.v3.CsrfPolicy'),
    filter_enabled: share(),
    ...draw.maybe(0.2, 'shadow_enabled', share),
    ...draw.maybe(0.4, 'additional_origins', () => [makeStringMatch(draw)]),
  }
}

function overrides(draw: Draw, names: readonly string[]): Json {
  const made = names
    .filter(() => draw.chance(0.3))
    .map((name) => [name, draw.chance(0.3) ? { '@type': routeFilterConfig, disabled: true } : own(draw, name)])
  return made.length === 0 ? {} : { typed_per_filter_config: Object.fromEntries(made) }
}

/** What a route says of a filter; an empty configuration turns one on. */
function own(draw: Draw, name: string): Json {
  if (name === 'csrf') return makeCsrf(draw)
  if (name === 'buffer') {
    const limit = draw.chance(0.5) ? { disabled: true } : { buffer: { max_request_bytes: draw.pick([4, 300]) } }
    return { '@type': type('filters.http.buffer.v3.BufferPerRoute'), ...limit }
  }
  if (name === 'gunzip' || name === 'health') return { '@type': routeFilterConfig, config: {} }
  const said = draw.chance(0.5)
    ? { disabled: true }
    : { overrides: { response_direction_config: { remove_accept_encoding_header: draw.chance(0.5) } } }
  return { '@type': type('filters.http.compressor.v3.CompressorPerRoute'), ...said }
}

const zipped = gzipSync('zipped '.repeat(30)).toString('latin1')

function makeAnswer(draw: Draw): Json {
  const isZipped = draw.chance(0.25)
  const text = isZipped ? zipped : 'text '.repeat(draw.pick([1, 5, 6, 7, 30, 400]))
  return {
    status: draw.pick([200, 200, 200, 201, 204, 206, 304, 404, 503]),
    headers: [
      ...(isZipped ? [['content-encoding', draw.pick(['gzip', 'gzip', 'GZIP', 'br, gzip'])]] : []),
      ...(draw.chance(0.6) ? [['content-type', draw.pick(['text/html', 'text/plain; charset=x', 'image/png'])]] : []),
      ...(draw.chance(0.3) ? [['etag', draw.pick(['"one"', 'W/"one"'])]] : []),
      ...(draw.chance(0.2) ? [['cache-control', draw.pick(['no-transform', 'no-store, No-Transform', 'public'])]] : []),
      ...(draw.chance(0.3) ? [['vary', draw.pick(['accept-encoding', 'x-a', '*'])]] : []),
      ...(draw.chance(0.15) ? [['accept-ranges', 'bytes']] : []),
    ],
    ...(draw.chance(0.3)
      ? { chunks: [text.slice(0, 40), text.slice(40)].filter((each) => each !== '') }
      : { body: text }),
  }
}

function makeRequest(draw: Draw, index: number, names: readonly string[]): Json {
  const on = `c${index}`
  // A health check is answered when its head is here, in Envoy behind its body.
  const methods = names.includes('health') ? ['GET', 'HEAD', 'DELETE'] : ['GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE']
  const method = draw.pick(methods)
  const hasBody = method === 'POST' || method === 'PUT'
  const isZipped = hasBody && draw.chance(0.3)
  const body = hasBody ? { body: isZipped ? zipped : draw.pick(['data', 'x'.repeat(50), 'y'.repeat(700)]) } : {}
  const accepted = [
    'gzip',
    'br',
    'zstd',
    'gzip, br',
    'br;q=0.5, gzip;q=0.4',
    '*',
    'identity',
    'gzip;q=0',
    'zstd, *;q=0.1',
  ]
  const headers: Record<string, string> = {
    ...draw.maybe(0.8, 'accept-encoding', () => draw.pick(accepted)),
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    ...(hasBody ? draw.maybe(0.5, 'content-type', () => draw.pick(['text/html', 'text/plain'])) : {}),
    ...draw.maybe(0.3, 'origin', () => draw.pick(['http://test', 'http://one', 'https://test', 'null'])),
    ...draw.maybe(0.1, 'referer', () => 'http://test/there'),
    ...draw.maybe(0.3, 'x-a', () => draw.pick(['one', 'two'])),
    ...draw.maybe(0.1, 'cache-control', () => 'no-transform'),
  } as Record<string, string> // each of them a text
  const drawn = draw.pick(['/a', '/a/b', '/b', '/c'])
  // An answer of the proxy's own is logged with as much of the body as came until it was coded, which ours does beside the traffic.
  const path = hasBody && drawn === '/b' ? '/c' : drawn
  // Envoy measures a body in one frame of HTTP/2 by nothing (`conformance/scenarios/request-filters.yaml`).
  if (draw.chance(0.3) && !(hasBody && names.includes('buffer')))
    return { on, h2: [{ headers: { ':method': method, ':path': path, ':authority': 'test', ...headers }, ...body }] }
  return { on, request: `${method} ${path}`, headers, ...body }
}
