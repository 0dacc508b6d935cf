import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'
import { formats, makeAddition, makeEdits, requestNames, responseFormats, responseNames } from './make-edits.ts'
import { makeHeaderMatch, makeQueryMatch } from './make-match.ts'
import { makeRequest } from './make-request.ts'
import { makeRewrites } from './make-route.ts'
import { makeAnswer } from './routes-case.ts'

const mutation = 'type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3'

/** What happens to a request on its way, all at once: edits on every level, mutations by a filter, rewrites of path and host, matches of queries. */
export function makeRewritesCase(draw: Draw, requests: number): Json {
  const mutates = draw.chance(0.6)
  const level = (share: number) =>
    mutates
      ? draw.maybe(share, 'typed_per_filter_config', () => ({
          mutation: { '@type': `${mutation}.HeaderMutationPerRoute`, mutations: makeMutations(draw) },
        }))
      : {}
  const match = () => ({
    prefix: draw.pick(['/', '/a', '/a/b', '']),
    ...draw.maybe(0.5, 'query_parameters', () => [makeQueryMatch(draw), ...draw.some(1, () => makeQueryMatch(draw))]),
    ...draw.maybe(0.2, 'headers', () => [makeHeaderMatch(draw)]),
  })
  const routed = (at: Json) => ({
    match: at,
    route: { cluster: '<a>', ...(draw.chance(0.8) ? makeRewrites(draw, at) : {}) },
    ...makeEdits(draw, 0.5),
    ...level(0.4),
  })
  return {
    listener: {
      hcm: makePaths(draw),
      filters: mutates
        ? [
            {
              name: 'mutation',
              typed_config: {
                '@type': `${mutation}.HeaderMutation`,
                ...draw.maybe(0.8, 'mutations', () => makeMutations(draw)),
                ...draw.maybe(0.3, 'most_specific_header_mutations_wins', () => true),
              },
            },
          ]
        : [],
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [...draw.some(2, () => routed(match())), routed({ prefix: '/' })],
          ...makeEdits(draw, 0.3),
          ...level(0.3),
        },
      ],
      route_config: {
        ...makeEdits(draw, 0.2),
        ...draw.maybe(0.3, 'most_specific_header_mutations_wins', () => true),
        ...level(0.2),
      },
    },
    upstreams: { a: { answers: [makeAnswer(draw), makeAnswer(draw)] } },
    steps: Array.from({ length: requests * 2 }, (_, index) => makeRequest(draw, index, [])),
  }
}

function makeMutations(draw: Draw): Json {
  const list = (names: readonly string[], values: readonly string[]) => [
    makeMutation(draw, names, values),
    ...draw.some(2, () => makeMutation(draw, names, values)),
  ]
  return {
    ...draw.maybe(0.7, 'request_mutations', () => list(requestNames, formats)),
    ...draw.maybe(0.7, 'response_mutations', () => list(responseNames, responseFormats)),
  }
}

function makeMutation(draw: Draw, names: readonly string[], values: readonly string[]): Json {
  return draw.chance(0.3) ? { remove: draw.pick(names) } : { append: makeAddition(draw, names, values) }
}
