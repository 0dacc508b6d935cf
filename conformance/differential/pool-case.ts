import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { makeEdits } from './make-edits.ts'
import { makeHashPolicies } from './make-hash-policies.ts'
import { drawPoolStyle, endpointNames, makePool } from './make-pool.ts'
import { makeMetadataMatch, makeSubsets } from './make-subsets.ts'

/** A cluster of several endpoints, of which each request's hash chooses one: by priorities, localities, weights and subsets. */
export function makePoolCase(draw: Draw, requests: number): Json {
  const style = drawPoolStyle(draw)
  const pool = makePool(draw, style)
  const isWeighted = 'locality_weighted_lb_config' in ((pool.common_lb_config ?? {}) as Json) // as `make-pool.ts` makes it
  const subsets = style.hasSubsets ? { lb_subset_config: makeSubsets(draw, isWeighted) } : {}
  const fails = draw.chance(0.35)
  const retries = fails || draw.chance(0.1)
  const match = (share: number) =>
    style.hasSubsets ? draw.maybe(share, 'metadata_match', () => makeMetadataMatch(draw)) : {}
  const target = draw.chance(0.15)
    ? {
        weighted_clusters: {
          clusters: [
            {
              name: '<pool>',
              weight: 100,
              ...match(0.8),
              ...makeEdits(draw, 0.2),
              ...draw.maybe(0.2, 'host_rewrite_literal', () => 'weighted.test'),
            },
            { name: '<pool>', weight: 0 },
          ],
        },
      }
    : draw.chance(0.1)
      ? { cluster_header: 'x-cluster' }
      : { cluster: '<pool>' }
  return {
    listener: {
      hcm: makePaths(draw),
      routes: [
        {
          match: { prefix: '/' },
          route: {
            ...target,
            hash_policy: makeHashPolicies(draw),
            ...match(0.9),
            ...draw.maybe(0.15, 'auto_host_rewrite', () => true),
            ...draw.maybe(0.15, 'prefix_rewrite', () => '/other/'),
            ...(retries ? { retry_policy: makeHostRetry(draw) } : {}),
          },
          ...draw.maybe(0.2, 'metadata', () => ({ filter_metadata: { test: { of: 'the route' } } })),
          ...makeEdits(draw, draw.pick([0, 0, 0.4])),
        },
      ],
    },
    clusters: { pool: { ...pool, ...subsets } },
    upstreams: Object.fromEntries(endpointNames(style).map((name) => [name, makeUpstream(draw, fails, name)])),
    steps: Array.from({ length: requests * 2 }, (_, index) => makeKeyedRequest(draw, index)),
  }
}

function makeUpstream(draw: Draw, fails: boolean, name: string): unknown {
  if (!fails || draw.chance(0.5)) return 'ok'
  return draw.pick<unknown>([
    'refuses',
    { answers: [{ status: 503, body: name }] },
    {
      answers: [
        { status: 500, body: name },
        { status: 200, body: name },
      ],
    },
    { connections: [['request', 'close']] },
  ])
}

/** Tries go to another endpoint where the predicate says so; which one is a matter of the hash again. */
function makeHostRetry(draw: Draw): Json {
  return {
    retry_on: draw.pick(['5xx', 'connect-failure', '5xx,connect-failure', 'reset', 'gateway-error,reset']),
    ...draw.maybe(0.8, 'num_retries', () => draw.pick([1, 2, 4])),
    ...draw.maybe(0.6, 'retry_host_predicate', () => [
      {
        name: 'envoy.retry_host_predicates.previous_hosts',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
        },
      },
    ]),
    ...draw.maybe(0.4, 'retry_priority', () => ({
      name: 'envoy.retry_priorities.previous_priorities',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
        update_frequency: draw.pick([1, 1, 2, 3]),
      },
    })),
    ...draw.maybe(1, 'host_selection_retry_max_attempts', () => 30),
    retry_back_off: { base_interval: '0.002s', max_interval: '0.005s' },
  }
}

function makeKeyedRequest(draw: Draw, index: number): Json {
  const key = `key-${draw.below(20)}`
  const query = draw.pick(['', '', `?q=${key}`, '?Q=1&q=', '?a%20b=2', '?q'])
  const headers = [
    ...(draw.chance(0.7) ? [['x-key', key]] : []),
    ...(draw.chance(0.15) ? [['x-key', draw.pick(['key-0', '', 'z'])]] : []),
    ...(draw.chance(0.3)
      ? [['cookie', draw.pick([`sid=${key}`, 'a=b; sid="quoted"', 'sid=', 'other=1; sid=2', ' sid = 3 '])]]
      : []),
    ...(draw.chance(0.2) ? [['x-a', draw.pick(['one', 'two'])]] : []),
    ['x-cluster', '<pool>'],
  ]
  const host = draw.pick(['test', 'api.test', 'TEST'])
  return {
    on: `c${index}`,
    request: `${draw.pick(['GET', 'GET', 'POST'])} ${draw.pick(['/', '/a', '/a/b'])}${query}`,
    host,
    headers,
  }
}
