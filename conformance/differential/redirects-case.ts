import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makePaths } from './make-edge.ts'

const predicates = 'type.googleapis.com/envoy.extensions.internal_redirect'

/** Redirects that a route follows itself: where they lead, how often, with which of the request, and what is in the way. */
export function makeRedirectsCase(draw: Draw, requests: number): Json {
  const routes = ['/a', '/b', '/c'].map((prefix) => makeFollowing(draw, prefix))
  return {
    listener: {
      hcm: makePaths(draw),
      virtual_hosts: [
        {
          name: 'other',
          domains: ['other.test'],
          routes: [{ name: 'away', match: { prefix: '/' }, route: { cluster: '<b>' } }],
        },
        {
          name: 'all',
          domains: ['*'],
          routes: [
            ...routes,
            {
              name: 'direct',
              match: { prefix: '/direct' },
              direct_response: { status: 200, body: { inline_string: 'd' } },
            },
            { name: 'moved', match: { prefix: '/moved' }, redirect: { path_redirect: '/b' } },
            { name: 'rest', match: { prefix: '/rest' }, route: { cluster: '<b>' } },
          ],
        },
      ],
      // Of a redirect that is followed Envoy logs the path, the route and the cluster that it leads to.
      log: { code: '%RESPONSE_CODE%', details: '%RESPONSE_CODE_DETAILS%', flags: '%RESPONSE_FLAGS%' },
    },
    upstreams: { a: { answers: Array.from({ length: 5 }, () => makeAnswer(draw)) }, b: 'ok' },
    steps: Array.from({ length: requests }, (_, index) => makeRequest(draw, index)),
  }
}

function makeFollowing(draw: Draw, prefix: string): Json {
  const predicate = () =>
    draw.pick<Json>([
      { name: 'previous', typed_config: { '@type': `${predicates}.previous_routes.v3.PreviousRoutesConfig` } },
      {
        name: 'allowed',
        typed_config: {
          '@type': `${predicates}.allow_listed_routes.v3.AllowListedRoutesConfig`,
          allowed_route_names: draw.pick([['/b'], ['/a', 'away'], ['rest', '/c']]),
        },
      },
      { name: 'safe', typed_config: { '@type': `${predicates}.safe_cross_scheme.v3.SafeCrossSchemeConfig` } },
    ])
  return {
    name: prefix,
    match: { prefix },
    route: {
      cluster: '<a>',
      ...draw.maybe(0.9, 'internal_redirect_policy', () => ({
        ...draw.maybe(0.6, 'max_internal_redirects', () => draw.pick([0, 1, 2, 3])),
        ...draw.maybe(0.5, 'redirect_response_codes', () =>
          draw.pick([[302], [301, 303], [307, 308], [301, 302, 303, 307, 308]]),
        ),
        ...draw.maybe(0.3, 'predicates', () => [predicate()]),
        ...draw.maybe(0.3, 'allow_cross_scheme_redirect', () => true),
        ...draw.maybe(0.3, 'response_headers_to_copy', () => draw.pick([['x-up'], ['x-up', 'x-none']])),
      })),
      ...draw.maybe(0.2, 'prefix_rewrite', () => '/rewritten'),
      ...draw.maybe(0.2, 'host_rewrite_literal', () => 'in.test'),
      ...draw.maybe(0.2, 'retry_policy', () => ({ retry_on: '5xx', retry_back_off: { base_interval: '0.002s' } })),
    },
    ...draw.maybe(0.3, 'request_headers_to_add', () => [{ header: { key: 'x-route', value: prefix } }]),
  }
}

function makeAnswer(draw: Draw): Json {
  if (draw.chance(0.25)) return { status: draw.pick([200, 404, 503]), body: 'end' }
  const places = [
    '/a',
    '/b?q=1',
    '/c/x',
    '/rest',
    '/direct',
    '/moved',
    '/none',
    'http://other.test/b',
    'http://test/rest',
    'https://test/b',
    '//test/b',
    '',
    'rest',
  ]
  return {
    status: draw.pick([301, 302, 302, 303, 307, 308]),
    headers: [...(draw.chance(0.95) ? [['location', draw.pick(places)]] : []), ['x-up', draw.pick(['one', 'two'])]],
    ...draw.maybe(0.4, 'body', () => 'moved'),
  }
}

function makeRequest(draw: Draw, index: number): Json {
  const method = draw.pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'])
  const body = method === 'POST' || method === 'PUT' ? { body: draw.pick(['data', '']) } : {}
  const path = draw.pick(['/a', '/a/b', '/b', '/c?x=y', '/rest'])
  if (draw.chance(0.25))
    return {
      on: `c${index}`,
      h2: [{ headers: { ':method': method, ':path': path, ':authority': 'test' }, ...(body.body ? body : {}) }],
    }
  return { on: `c${index}`, request: `${method} ${path}`, headers: draw.chance(0.3) ? [['x-a', 'one']] : [], ...body }
}
