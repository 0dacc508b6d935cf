import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeAddition } from './make-edits.ts'
import { makeFraction } from './make-fraction.ts'
import { makeHeaderMatch, makeStringMatch } from './make-match.ts'
import { makeRbac } from './make-rbac.ts'

export const filterKinds = ['cors', 'fault', 'rbac', 'limit'] as const
export type FilterKind = (typeof filterKinds)[number]

const type = (name: string) => `type.googleapis.com/envoy.extensions.filters.http.${name}`

/** HTTP filters in front of the router. */
export function makeFilters(draw: Draw, kinds: readonly FilterKind[]): Json[] {
  return kinds.map((kind) => ({ name: kind, typed_config: filterConfig(draw, kind) }))
}

function filterConfig(draw: Draw, kind: FilterKind): Json {
  switch (kind) {
    case 'cors':
      return { '@type': type('cors.v3.Cors') }
    case 'fault':
      return draw.chance(0.5) ? { '@type': type('fault.v3.HTTPFault') } : makeFault(draw)
    case 'rbac':
      return { '@type': type('rbac.v3.RBAC'), ...(draw.chance(0.3) ? {} : makeRbac(draw)) }
    case 'limit':
      return makeLimit(draw)
  }
}

/** `typed_per_filter_config` of one level. */
export function makeOverrides(draw: Draw, kinds: readonly FilterKind[], share: number): Json {
  const made = kinds
    .filter(() => draw.chance(share))
    .map((kind) => {
      const config = draw.chance(0.1) ? undefined : override(draw, kind)
      if (config === undefined) return [kind, { '@type': routeFilterConfig, disabled: true }] as const
      return [kind, draw.chance(0.1) ? { '@type': routeFilterConfig, config } : config] as const
    })
  return made.length === 0 ? {} : { typed_per_filter_config: Object.fromEntries(made) }
}

const routeFilterConfig = 'type.googleapis.com/envoy.config.route.v3.FilterConfig'

function override(draw: Draw, kind: FilterKind): Json {
  switch (kind) {
    case 'cors':
      return makeCors(draw)
    case 'fault':
      return makeFault(draw)
    case 'rbac':
      return { '@type': type('rbac.v3.RBACPerRoute'), ...(draw.chance(0.2) ? {} : { rbac: makeRbac(draw) }) }
    case 'limit':
      return makeLimit(draw)
  }
}

export function makeCors(draw: Draw): Json {
  return {
    '@type': type('cors.v3.CorsPolicy'),
    ...draw.maybe(0.9, 'allow_origin_string_match', () => [
      draw.pick<Json>([
        { exact: 'http://one.test' },
        { prefix: 'http://' },
        { suffix: '.test' },
        { exact: '*' },
        { safe_regex: { regex: 'http://.*' } },
      ]),
    ]),
    ...draw.maybe(0.6, 'allow_methods', () => draw.pick(['GET, POST', '*', ''])),
    ...draw.maybe(0.5, 'allow_headers', () => draw.pick(['x-a', '*', ''])),
    ...draw.maybe(0.4, 'expose_headers', () => draw.pick(['x-up', '*', ''])),
    ...draw.maybe(0.3, 'max_age', () => draw.pick(['60', ''])),
    ...draw.maybe(0.4, 'allow_credentials', () => draw.chance(0.7)),
    ...draw.maybe(0.2, 'allow_private_network_access', () => draw.chance(0.7)),
    ...draw.maybe(0.3, 'forward_not_matching_preflights', () => draw.chance(0.4)),
    ...draw.maybe(0.2, 'filter_enabled', () => ({ default_value: makeFraction(draw, 0.5) })),
    ...draw.maybe(0.1, 'shadow_enabled', () => ({ default_value: makeFraction(draw, 0.5) })),
  }
}

function makeFault(draw: Draw): Json {
  const percentage = makeFraction(draw, 0.7)
  return {
    '@type': type('fault.v3.HTTPFault'),
    ...draw.maybe(0.7, 'abort', () => ({
      percentage,
      ...draw.pick([
        { http_status: 503 },
        { http_status: 418 },
        { http_status: 200 },
        { grpc_status: 14 },
        { header_abort: {} },
      ]),
    })),
    ...draw.maybe(0.2, 'delay', () => ({ percentage, ...draw.pick([{ fixed_delay: '0.01s' }, { header_delay: {} }]) })),
    ...draw.maybe(0.3, 'headers', () => [makeHeaderMatch(draw)]),
    ...draw.maybe(0.1, 'upstream_cluster', () => draw.pick(['<a>', '<b>'])),
    ...draw.maybe(0.1, 'max_active_faults', () => draw.pick([0, 5])),
  }
}

function makeLimit(draw: Draw): Json {
  return {
    '@type': type('local_ratelimit.v3.LocalRateLimit'),
    stat_prefix: 'limit',
    token_bucket: makeBucket(draw),
    filter_enabled: { default_value: makeFraction(draw, 0.75) },
    filter_enforced: { default_value: makeFraction(draw, 0.75) },
    ...draw.maybe(0.2, 'status', () => ({ code: draw.pick(['ServiceUnavailable', 'TooManyRequests', 'OK']) })),
    ...draw.maybe(0.3, 'response_headers_to_add', () => [
      makeAddition(draw, ['x-limited', 'x-up'], ['yes', '%REQ(x-a)%']),
    ]),
    ...draw.maybe(0.3, 'request_headers_to_add_when_not_enforced', () => [
      makeAddition(draw, ['x-over', 'x-a'], ['yes']),
    ]),
    ...draw.maybe(0.3, 'enable_x_ratelimit_headers', () => 'DRAFT_VERSION_03'),
    ...draw.maybe(0.2, 'rate_limited_as_resource_exhausted', () => true),
    ...draw.maybe(0.2, 'local_rate_limit_per_downstream_connection', () => draw.chance(0.5)),
    ...draw.maybe(0.5, 'descriptors', () => [
      { entries: [{ key: 'k', value: draw.pick(['one', 'two', '']) }], token_bucket: makeBucket(draw) },
    ]),
    ...draw.maybe(0.2, 'always_consume_default_token_bucket', () => draw.chance(0.3)),
    ...draw.maybe(0.5, 'rate_limits', () => [{ actions: [makeLimitAction(draw)] }]),
  }
}

function makeBucket(draw: Draw): Json {
  return { max_tokens: draw.pick([1, 2, 5]), tokens_per_fill: 1, fill_interval: '600s' }
}

function makeLimitAction(draw: Draw): Json {
  const descriptor_value = draw.pick(['one', 'two'])
  return draw.pick<Json>([
    { generic_key: { descriptor_key: 'k', descriptor_value } },
    { request_headers: { header_name: draw.pick(['x-a', 'x-b', ':path']), descriptor_key: 'k' } },
    {
      header_value_match: {
        descriptor_key: 'k',
        descriptor_value,
        headers: [makeHeaderMatch(draw)],
        ...draw.maybe(0.3, 'expect_match', () => false),
      },
    },
    { query_parameters: { query_parameter_name: 'q', descriptor_key: 'k' } },
    {
      query_parameter_value_match: {
        descriptor_key: 'k',
        descriptor_value,
        query_parameters: [{ name: 'q', string_match: makeStringMatch(draw) }],
      },
    },
  ])
}
