import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeEdits } from './make-edits.ts'
import { type FilterKind, makeOverrides } from './make-filters.ts'
import { makeRouteMatch } from './make-match.ts'
import { makeRetryPolicy } from './make-retry.ts'
import { headerNames } from './words.ts'

/** What the routes of one scenario have in common. */
export type RouteStyle = {
  /** How often a level edits headers. */
  readonly edits: number
  readonly rewrites: number
  readonly retries: number
  readonly filters: readonly FilterKind[]
}

export function makeRoute(draw: Draw, style: RouteStyle, name: string): Json {
  const match = makeRouteMatch(draw)
  return {
    name,
    match,
    ...makeAction(draw, style, match),
    ...makeEdits(draw, style.edits),
    ...makeOverrides(draw, style.filters, 0.4),
  }
}

function makeAction(draw: Draw, style: RouteStyle, match: Json): Json {
  const kind = draw.below(20)
  if (kind < 3) return { redirect: makeRedirect(draw, match) }
  if (kind < 5) return { direct_response: makeDirect(draw) }
  return { route: makeForward(draw, style, match) }
}

function makeDirect(draw: Draw): Json {
  const status = draw.pick([200, 200, 204, 304, 301, 403, 404, 418, 500, 503])
  return { status, ...draw.maybe(0.6, 'body', () => ({ inline_string: draw.pick(['hello', '', '{"a":1}', 'ü']) })) }
}

function makeRedirect(draw: Draw, match: Json): Json {
  return {
    ...draw.maybe(0.4, 'host_redirect', () => draw.pick(['new.test', 'new.test:8443', 'New.Test'])),
    ...draw.maybe(0.3, 'port_redirect', () => draw.pick([80, 443, 8443])),
    ...draw.pick([
      {},
      {},
      { https_redirect: true },
      { https_redirect: false },
      { scheme_redirect: 'http' },
      { scheme_redirect: 'HTTPS' },
    ]),
    ...draw.pick([
      () => ({}),
      () => ({ path_redirect: draw.pick(['/new', '/new?b=c', '/new#f', '/']) }),
      () => rewriteOf(draw, match, 'prefix_rewrite'),
      () => ({ regex_rewrite: makeRegexRewrite(draw) }),
    ])(),
    ...draw.maybe(0.4, 'response_code', () =>
      draw.pick(['MOVED_PERMANENTLY', 'FOUND', 'SEE_OTHER', 'TEMPORARY_REDIRECT', 'PERMANENT_REDIRECT']),
    ),
    ...draw.maybe(0.3, 'strip_query', () => true),
  }
}

function rewriteOf(draw: Draw, match: Json, field: string): Json {
  return 'safe_regex' in match ? {} : { [field]: draw.pick(['/new', '/', '/new/', '/a', '/n?x=y']) }
}

export function makeRegexRewrite(draw: Draw): Json {
  return draw.pick([
    { pattern: { regex: '^/(a)(.*)$' }, substitution: '/\\2\\1' },
    { pattern: { regex: 'a' }, substitution: 'z' },
    { pattern: { regex: '/+' }, substitution: '/' },
    { pattern: { regex: '^/a/?' }, substitution: '/x/\\0' },
    { pattern: { regex: '(b)?$' }, substitution: '[\\1]' },
    { pattern: { regex: '.*' }, substitution: '/all' },
  ])
}

function makeForward(draw: Draw, style: RouteStyle, match: Json): Json {
  return {
    ...makeTarget(draw, style),
    ...(draw.chance(style.rewrites) ? makeRewrites(draw, match) : {}),
    ...draw.maybe(0.1, 'timeout', () => draw.pick(['0s', '5s', '20s'])),
    ...draw.maybe(style.retries, 'retry_policy', () => makeRetryPolicy(draw)),
  }
}

/** Of the others Envoy makes one line when an edit adds a second. */
const onManyLines = headerNames.filter((name) => name.startsWith('x-') || name.startsWith('X-'))

export function makeRewrites(draw: Draw, match: Json): Json {
  return {
    ...draw.pick([
      () => ({}),
      () => rewriteOf(draw, match, 'prefix_rewrite'),
      () => ({ regex_rewrite: makeRegexRewrite(draw) }),
    ])(),
    ...draw.pick([
      () => ({}),
      () => ({ host_rewrite_literal: draw.pick(['in.test', 'in.test:99', 'In.Test']) }),
      () => ({ host_rewrite_header: draw.pick(onManyLines) }),
      () => ({ auto_host_rewrite: draw.chance(0.8) }),
      () => ({ host_rewrite_path_regex: { pattern: { regex: '^/([^/?]*).*$' }, substitution: '\\1.test' } }),
    ])(),
    ...draw.maybe(0.3, 'append_x_forwarded_host', () => true),
  }
}

function makeTarget(draw: Draw, style: RouteStyle): Json {
  const kind = draw.below(20)
  if (kind < 14) return { cluster: draw.pick(['<a>', '<a>', '<b>']) }
  if (kind === 14) return { cluster_header: 'x-cluster', ...notFoundCode(draw) }
  if (kind === 15) return { cluster: 'nowhere', ...notFoundCode(draw) }
  const first = draw.chance(0.5)
  return {
    weighted_clusters: {
      clusters: ['<a>', '<b>'].map((name, index) => ({
        name,
        weight: first === (index === 0) ? 100 : 0,
        ...makeEdits(draw, style.edits),
        ...draw.maybe(0.15, 'host_rewrite_literal', () => 'weighted.test'),
        ...makeOverrides(draw, style.filters, 0.2),
      })),
    },
  }
}

function notFoundCode(draw: Draw): Json {
  return draw.maybe(0.5, 'cluster_not_found_response_code', () =>
    draw.pick(['NOT_FOUND', 'SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']),
  )
}
