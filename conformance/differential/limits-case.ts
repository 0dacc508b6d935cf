import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeFraction } from './make-fraction.ts'
import { makeHeaderMatch, makeQueryMatch } from './make-match.ts'
import { makeRequest } from './make-request.ts'

const filters = 'type.googleapis.com/envoy.extensions.filters.http'

/**
 * How requests are described for a rate limit, by every kind of action on the route and the virtual host. A service of
 * Envoy's protocol writes down what it is asked, or buckets of the proxy itself are counted down.
 */
export function makeLimitsCase(draw: Draw, requests: number): Json {
  const isAsked = draw.chance(0.6)
  const isEdge = draw.chance(0.4)
  const filter = isAsked ? askedLimit(draw) : localLimit(draw)
  return {
    listener: {
      hcm: { ...makePaths(draw), ...(isEdge ? { use_remote_address: draw.chance(0.5), xff_num_trusted_hops: 1 } : {}) },
      filters: [
        ...(draw.chance(0.4) ? [{ name: 'told', typed_config: makeTold(draw) }] : []),
        { name: 'limit', typed_config: filter },
      ],
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          ...draw.maybe(0.5, 'rate_limits', () => makeLimits(draw)),
          routes: [
            {
              match: { prefix: '/' },
              route: {
                cluster: '<a>',
                ...draw.maybe(0.8, 'rate_limits', () => makeLimits(draw)),
                ...draw.maybe(0.2, 'include_vh_rate_limits', () => true),
              },
              ...draw.maybe(0.4, 'metadata', () => ({
                filter_metadata: { test: { of: 'route', deep: { er: 'one' } } },
              })),
              ...draw.maybe(isAsked ? 0.4 : 0, 'typed_per_filter_config', () => ({ limit: askedOverride(draw) })),
            },
          ],
        },
      ],
    },
    upstreams: { a: 'ok', ...(isAsked ? { limits: { rls: makeAnswers(draw) } } : {}) },
    steps: Array.from({ length: requests * 2 }, (_, index) => makeRequest(draw, index, isEdge ? ['edge'] : [])),
  }
}

function askedLimit(draw: Draw): Json {
  return {
    '@type': `${filters}.ratelimit.v3.RateLimit`,
    domain: 'shop',
    timeout: '3s',
    rate_limit_service: { transport_api_version: 'V3', grpc_service: { envoy_grpc: { cluster_name: '<limits>' } } },
    ...draw.maybe(0.2, 'stage', () => draw.pick([0, 1])),
    ...draw.maybe(0.2, 'request_type', () => draw.pick(['internal', 'external', 'both'])),
    ...draw.maybe(0.2, 'failure_mode_deny', () => true),
    ...draw.maybe(0.2, 'failure_mode_deny_percent', () => ({
      default_value: makeFraction(draw, 0.5),
      runtime_key: 'none',
    })),
    ...draw.maybe(0.2, 'filter_enabled', () => ({ default_value: makeFraction(draw, 0.7) })),
    ...draw.maybe(0.2, 'filter_enforced', () => ({ default_value: makeFraction(draw, 0.5) })),
    ...draw.maybe(0.2, 'rate_limited_as_resource_exhausted', () => true),
    ...draw.maybe(0.2, 'enable_x_ratelimit_headers', () => 'DRAFT_VERSION_03'),
    ...draw.maybe(0.2, 'disable_x_envoy_ratelimited_header', () => true),
    ...draw.maybe(0.2, 'rate_limited_status', () => ({ code: draw.pick(['ServiceUnavailable', 'OK', 'Forbidden']) })),
    ...draw.maybe(0.2, 'status_on_error', () => ({ code: 'BadGateway' })),
    ...draw.maybe(0.2, 'response_headers_to_add', () => [{ header: { key: 'x-why', value: 'limit' } }]),
  }
}

function askedOverride(draw: Draw): Json {
  return {
    '@type': `${filters}.ratelimit.v3.RateLimitPerRoute`,
    ...draw.maybe(0.6, 'vh_rate_limits', () => draw.pick(['OVERRIDE', 'INCLUDE', 'IGNORE'])),
    ...draw.maybe(0.3, 'domain', () => 'other'),
    ...draw.maybe(0.3, 'rate_limits', () => makeOwnLimits(draw)),
  }
}

function makeAnswers(draw: Draw): Json[] {
  const one = (): Json =>
    draw.pick<Json>([
      { overall_code: 'OK' },
      { overall_code: 'OK', request_headers_to_add: [{ key: 'x-quota', value: '7' }] },
      { overall_code: 'OVER_LIMIT' },
      { overall_code: 'OVER_LIMIT', response_headers_to_add: [{ key: 'x-left', value: '0' }], raw_body: 'bm8=' },
      { failsWith: 14 },
    ])
  return [one(), one(), one()]
}

function localLimit(draw: Draw): Json {
  const bucket = () => ({ max_tokens: draw.pick([1, 2, 5]), tokens_per_fill: 1, fill_interval: '600s' })
  const entry = () => ({ key: draw.pick(['k', 'k', 'generic_key']), value: draw.pick(['one', 'two', 'one two', '']) })
  return {
    '@type': `${filters}.local_ratelimit.v3.LocalRateLimit`,
    stat_prefix: 'limit',
    token_bucket: bucket(),
    filter_enabled: { default_value: makeFraction(draw, 0.9) },
    filter_enforced: { default_value: makeFraction(draw, 0.75) },
    // None is there twice.
    descriptors: [
      ...new Map(
        Array.from({ length: draw.pick([1, 1, 2, 3]) }, () => {
          const entries = draw.chance(0.3) ? [entry(), entry()] : [entry()]
          return [JSON.stringify(entries), { entries, token_bucket: bucket() }] as const
        }),
      ).values(),
    ],
    ...draw.maybe(0.2, 'enable_x_ratelimit_headers', () => 'DRAFT_VERSION_03'),
    ...draw.maybe(0.2, 'always_consume_default_token_bucket', () => draw.chance(0.3)),
    ...draw.maybe(0.2, 'vh_rate_limits', () => draw.pick(['OVERRIDE', 'INCLUDE', 'IGNORE'])),
    ...draw.maybe(0.2, 'stage', () => draw.pick([0, 1])),
  }
}

/** What actions that read the metadata of a request find. */
function makeTold(draw: Draw): Json {
  const value = { of: draw.pick<unknown>(['told', '', 7, true, ['one']]), deep: { er: draw.pick(['one', 'two']) } }
  return {
    '@type': `${filters}.set_metadata.v3.Config`,
    metadata: [{ metadata_namespace: draw.pick(['test', 'other']), value }],
  }
}

/** Of a filter itself: it knows its stage. */
function makeOwnLimits(draw: Draw): Json[] {
  return makeLimits(draw).map(({ actions }) => ({
    actions,
    ...draw.maybe(0.3, 'hits_addend', () => ({
      ...draw.pick<Json>([{ number: 2 }, { number: 0 }, { format: '%REQ(x-n)%' }, { format: '%BYTES_RECEIVED%' }]),
      ...draw.maybe(0.2, 'is_negative_hits', () => true),
    })),
    ...draw.maybe(0.3, 'x_ratelimit_option', () => draw.pick(['OFF', 'DRAFT_VERSION_03'])),
  }))
}

function makeLimits(draw: Draw): Json[] {
  return Array.from({ length: draw.pick([1, 1, 2]) }, () => ({
    actions: Array.from({ length: draw.pick([1, 1, 2, 3]) }, () => makeAction(draw)),
    ...draw.maybe(0.15, 'stage', () => draw.pick([0, 1])),
    ...draw.maybe(0.1, 'disable_key', () => 'off'),
    ...draw.maybe(0.1, 'limit', () => ({
      rate_limit: { requests_per_unit: draw.pick([0, 5]), unit: draw.pick(['SECOND', 'HOUR']) },
    })),
  }))
}

function makeAction(draw: Draw): Json {
  const descriptor_value = draw.pick(['one', 'two'])
  const key = draw.maybe(0.7, 'descriptor_key', () => 'k')
  const skip = draw.maybe(0.4, 'skip_if_absent', () => draw.chance(0.7))
  const expects = draw.maybe(0.3, 'expect_match', () => false)
  const place = (name: string) => ({
    key: name,
    path: draw.pick([[{ key: 'of' }], [{ key: 'deep' }, { key: 'er' }], [{ key: 'deep' }]]),
  })
  return draw.pick<() => Json>([
    () => ({ generic_key: { ...key, descriptor_value } }),
    () => ({ source_cluster: {} }),
    () => ({ destination_cluster: {} }),
    () => ({ remote_address: {} }),
    () => ({ masked_remote_address: draw.maybe(0.8, 'v4_prefix_mask_len', () => draw.pick([0, 8, 24, 32])) }),
    () => ({
      request_headers: {
        header_name: draw.pick(['x-a', 'X-B', ':path', ':method', ':authority', 'x-none']),
        descriptor_key: 'k',
        ...skip,
      },
    }),
    () => ({ header_value_match: { ...key, descriptor_value, ...expects, headers: [makeHeaderMatch(draw)] } }),
    () => ({ query_parameters: { query_parameter_name: draw.pick(['q', 'x']), descriptor_key: 'k', ...skip } }),
    () => ({
      query_parameter_value_match: { ...key, descriptor_value, ...expects, query_parameters: [makeQueryMatch(draw)] },
    }),
    () => ({
      metadata: {
        descriptor_key: 'k',
        metadata_key: place(draw.pick(['test', 'other'])),
        ...draw.maybe(0.5, 'default_value', () => 'otherwise'),
        ...draw.maybe(0.7, 'source', () => draw.pick(['DYNAMIC', 'ROUTE_ENTRY'])),
        ...skip,
      },
    }),
    () => ({
      remote_address_match: {
        address_matcher: {
          ranges: [{ address_prefix: draw.pick(['127.0.0.0', '203.0.113.0']), prefix_len: 8 }],
          ...draw.maybe(0.3, 'invert_match', () => true),
        },
        ...key,
        ...draw.maybe(0.2, 'default_value', () => 'otherwise'),
        descriptor_value,
      },
    }),
  ])()
}
